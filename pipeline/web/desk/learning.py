"""Máy học: which model judges, since when, how it did when checked, which stories it moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pipeline.judge.learning.own_model import model_in_use
from pipeline.judge.model import Model
from pipeline.store.models import AuditEntry, Story, StoryStatus
from pipeline.web.desk.labels import FIGURES, NOT_LEARNED
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires

MOST_SHOWN = 50


@require_safe
@requires(Action.READ)
def learning(request: HttpRequest) -> HttpResponse:
    in_use = model_in_use(settings.HOME)
    steps = AuditEntry.objects.filter(object_type="model")
    last = steps.first()
    made = in_use.model.made if in_use.own else {}
    context = {
        "own": in_use.own,
        "broken": bool(in_use.fault),
        "fault": in_use.fault,
        "since": last.at if last else None,
        "learned_at": _learned_at(in_use.model) if in_use.own else None,
        "made": made,
        "figures": _figures(made),
        "left": [(part, NOT_LEARNED[why]) for part, why in made.get("left", {}).items()],
        "changes": made.get("changes", {}),
        "moved": _moved(made),
        "new": _decisions_since(last.at if last else None),
        "steps": steps[:10],
    }
    return page(request, "web/learning.html", context)


def _learned_at(model: Model) -> datetime | None:
    at = model.made.get("at")
    return datetime.fromisoformat(at) if at else None


def _figures(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **figure,
            "words": FIGURES[figure["part"], figure["name"]],
            "against": check["against"],
            "articles": check["articles"],
            "chance": figure["low"] <= 0 <= figure["high"],
            "used": figure["part"] in made.get("parts", ()),
        }
        for check in made.get("checks", ())
        for figure in check["figures"]
    ]


def _moved(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The stories that moved furthest and are still here, each with what it was and became."""
    rows = made.get("changes", {}).get("examples", [])[:MOST_SHOWN]
    stories = {
        str(story.public_id): story
        for story in Story.objects.filter(public_id__in=[row["story"] for row in rows])
    }
    keys = ("label", "score", "rank")
    return [
        {
            "story": stories[row["story"]],
            "before": dict(zip(keys, row["before"], strict=True)),
            "after": dict(zip(keys, row["after"], strict=True)),
        }
        for row in rows
        if row["story"] in stories
    ]


def _decisions_since(moment: datetime | None) -> int:
    decided = Q(status__in=[StoryStatus.ACCEPTED, StoryStatus.REJECTED])
    if moment:
        decided &= Q(decided_at__gt=moment)
    return Story.objects.filter(decided).count()
