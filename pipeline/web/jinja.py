"""The Jinja2 environment of the desk and the public pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from jinja2 import Environment, StrictUndefined

from pipeline.store.models import Stage, StoryStatus
from pipeline.text import format as vietnamese
from pipeline.text.clock import VIETNAM
from pipeline.web.desk import audit_labels, labels


def environment(**options: Any) -> Environment:
    env = Environment(  # noqa: S701 - Django's backend passes autoescape=True in options
        **{"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"], **options}
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    env.globals.update(static=static, url=url, get_language=translation.get_language)
    env.filters.update(
        date=vietnamese.date,
        time=vietnamese.time,
        date_time=vietnamese.date_time,
        relative=relative,
        weekday_time=weekday_time,
        number=vietnamese.number,
        percent=vietnamese.percent,
        points=vietnamese.points,
    )
    words: dict[str, Mapping[Any, Any]] = {
        "action": audit_labels.ACTIONS,
        "object": audit_labels.OBJECTS,
        "audit_field": audit_labels.AUDIT_FIELDS,
        "audit_value": audit_labels.AUDIT_VALUES,
        "award_level": labels.AWARD_LEVELS,
        "nomination": labels.NOMINATION_REASONS,
        "claim": labels.CLAIMS,
        "evidence": labels.EVIDENCE,
        "flag": labels.FLAGS,
        "kind": labels.KINDS,
        "label": labels.LABELS,
        "stage": dict(Stage.choices),
        "status": dict(StoryStatus.choices),
    }
    env.filters["reason_label"] = reason_label
    env.filters["channel_label"] = labels.channel_label
    env.filters["shared_words"] = labels.shared_words
    env.filters.update({f"{name}_label": labelled(table) for name, table in words.items()})
    return env


def labelled(table: Mapping[str, Any]) -> Callable[[str], str]:
    """A filter from slug to words; a slug without words is shown as it is."""
    return lambda slug: str(table.get(slug, slug))


def reason_label(slug: str) -> str:
    """``against:meeting`` speaks against an exemplar, ``deed`` for it."""
    against, _colon, reason = slug.rpartition(":")
    words = str(labels.REASONS.get(reason, reason))
    return _("trừ điểm: %(reason)s") % {"reason": words} if against else words


@lru_cache(maxsize=10_000)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """``url('desk:story', story.public_id)``. Kept: a page of the queue has a hundred, and finding
    one anew takes as long as asking the database for its row."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def relative(moment: datetime | None, now: datetime) -> str:
    """As ``pipeline.text.format.relative``, in the reader's language."""
    if moment is None:
        return ""
    local, today = moment.astimezone(VIETNAM), now.astimezone(VIETNAM).date()
    if local.date() == today:
        return _("hôm nay %(time)s") % {"time": vietnamese.time(moment)}
    if local.date() == today - timedelta(days=1):
        return _("hôm qua %(time)s") % {"time": vietnamese.time(moment)}
    return vietnamese.date(moment)


def weekday_time(moment: datetime) -> str:
    """``16:00 thứ Sáu 27/11``: a time to come, as one tells it."""
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M} {labels.WEEKDAYS[local.weekday()]} {local:%d/%m}"
