"""Bản tin: the week's selection, its checklist and previews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from pipeline.digest import approval
from pipeline.digest.checklist import Problem
from pipeline.digest.content import EditionContent, fingerprint
from pipeline.digest.drafting import draft_digest, week_title
from pipeline.digest.freezing import freeze, items_of
from pipeline.digest.rules import OPEN, own_work
from pipeline.publish.approved import content_of
from pipeline.publish.channels import CHANNELS
from pipeline.publish.plan import due
from pipeline.store.models import (
    AuditEntry,
    Digest,
    DigestItem,
    DigestState,
    Edition,
    Role,
    Story,
    StoryStatus,
    User,
)
from pipeline.text.clock import VIETNAM, iso_week, utc_now
from pipeline.web.desk.digest import deliveries, picking, previews
from pipeline.web.desk.digest.checks import checklist_rows
from pipeline.web.desk.labels import channel_label
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, allows, person, requires
from pipeline.web.reference import office, reference

CANDIDATES = 40


@require_safe
@requires(Action.READ)
def digests(request: HttpRequest) -> HttpResponse:
    week = iso_week(utc_now())
    own = Prefetch("editions", Edition.objects.filter(correction=None))
    found = list(Digest.objects.prefetch_related("items", own)[:60])
    context = {
        "digests": found,
        "week": week,
        "week_title": week_title(week),
        "missing": all(digest.week != week for digest in found),
    }
    return page(request, "web/digests.html", context)


@require_POST
@requires(Action.COMPOSE)
def draft(request: HttpRequest) -> HttpResponse:
    """Draft this week's digest; if someone did so meanwhile, theirs is shown."""
    digest = draft_digest(iso_week(utc_now()), office=office(), now=utc_now(), by=person(request))
    return redirect("desk:digest", digest.week)


@require_safe
@requires(Action.READ)
def digest(request: HttpRequest, week: str) -> HttpResponse:
    found = get_object_or_404(
        Digest.objects.select_related("last_edited_by", "submitted_by"), week=week
    )
    user, now = person(request), utc_now()
    edition = found.editions.filter(correction=None).order_by("-number").first()
    publish_at = edition.publish_at if edition else approval.next_publication(office(), now)
    content, problems = approval.checklist(found, office(), publish_at)
    shown = content_of(edition) if edition else as_approved(content, user, now)
    by_item: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_item[problem.item].append(problem)
    channel = request.GET.get("channel", "")
    channel = channel if channel in CHANNELS else next(iter(CHANNELS))
    items = list(items_of(found))
    notes = list(found.notes.select_related("author", "item"))
    chiefs = User.objects.filter(role=Role.CHIEF, is_active=True).exclude(pk=user.pk)
    earliest = soonest(content, now)
    context = {
        "digest": found,
        "edition": edition,
        "items": items,
        "by_item": by_item,
        "rows": checklist_rows(problems),
        "numbers": {str(item.story.public_id): n for n, item in enumerate(items, start=1)},
        "signers": signers(items),
        "reasons": reasons(items),
        "sections": [(slug, reference().sector(slug)) for slug in reference().sectors],
        "phone": request.GET.get("width") == "phone",
        "stops": [problem for problem in problems if problem.stops],
        "candidates": candidates(found, [item.story_id for item in items]),
        "notes": notes,
        "changes": changes_since(found, notes),
        "editable": found.state in OPEN and allows(user, Action.COMPOSE),
        "deciding": found.state == DigestState.SUBMITTED and allows(user, Action.APPROVE),
        "own_work": own_work(found, user) if office().four_eyes else "",
        "approvers": list(chiefs[:2]),
        "publish_at": publish_at,
        "soonest": earliest,
        "field_time": _field_time(publish_at),
        "field_earliest": _field_time(earliest + timedelta(minutes=1)),
        "deliveries": deliveries.of_edition(edition) if edition else [],
        "waits": edition is not None and deliveries.waits(edition),
        "fingerprint": fingerprint(content),
        "tabs": tabs(),
        "channel": channel,
        "channel_words": channel_label(channel),
        "preview": CHANNELS[channel].preview(shown, office()),
    }
    return page(request, "web/digest.html", context)


def tabs() -> list[tuple[bool, list[tuple[str, str]]]]:
    """The channels (name, words) that send what is approved, then those that are off."""
    by_use: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for name, channel in CHANNELS.items():
        by_use[channel.enabled(office())].append((name, channel_label(name)))
    return [(on, found) for on, found in by_use.items() if found]


def signers(items: Sequence[DigestItem]) -> dict[str, dict[str, dict[str, Any]]]:
    """Who signed for which warning, when and why: by story, then by code."""
    keys = {signed["by"] for item in items for signed in item.signed_warnings}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=keys)}
    return {
        str(item.story.public_id): {
            signed["code"]: {
                "by": names.get(signed["by"], ""),
                "at": datetime.fromisoformat(signed["at"]),
                "why": signed.get("why", ""),
            }
            for signed in item.signed_warnings
        }
        for item in items
    }


def soonest(content: EditionContent, now: datetime) -> datetime:
    """When it may go out if it is approved now: at once, or as soon as its youngest story is old
    enough."""
    return due(content, now, office().source_delay)


def candidates(found: Digest, taken: list[int]) -> list[dict[str, Any]]:
    """What could still be added: accepted stories of no digest first, then what was taken out or
    only just missed (the nearest first), each with the reason."""
    why = {miss["story"]: miss["why"] for miss in found.near_misses}
    accepted = (
        Story.objects.filter(status=StoryStatus.ACCEPTED, digest_items=None)
        .exclude(pk__in=taken)
        .order_by("-score", "pk")[:CANDIDATES]
    )
    missed = Story.objects.exclude(pk__in=taken).in_bulk(list(why))
    stories = {story.pk: story for story in accepted if story.pk not in why}
    stories |= {key: missed[key] for key in why if key in missed}
    known, people = reference(), picking.people_of(why.values())
    return [
        {
            "story": story,
            "why": picking.in_words(why[key], story.subject, known, people)
            if key in why
            else _("Đã nhận, chưa có trong bản tin nào"),
        }
        for key, story in stories.items()
    ]


def reasons(items: Sequence[DigestItem]) -> dict[int, str]:
    """Why each of ``items`` is in, by its key; empty when nothing is stored."""
    known, people = reference(), picking.people_of(item.why for item in items)
    return {
        item.pk: picking.in_words(item.why, item.story.subject, known, people) for item in items
    }


def changes_since(found: Digest, notes: list[Any]) -> list[AuditEntry]:
    """What was done to the digest since it was last sent back: what an approver reads first."""
    if not notes:
        return []
    return list(
        AuditEntry.objects.filter(
            object_type="digest", object_id=str(found.pk), at__gt=notes[-1].at
        ).select_related("actor")[:20]
    )


@require_safe
@xframe_options_sameorigin
@requires(Action.READ)
def preview(request: HttpRequest, week: str, channel: str) -> HttpResponse:
    """What the channel will send, exactly: what was approved or, until then, what would be."""
    found = get_object_or_404(Digest, week=week)
    if channel not in CHANNELS:
        raise Http404
    edition = found.editions.filter(correction=None).order_by("-number").first()
    if edition:
        content = content_of(edition)
    else:
        now = utc_now()
        planned = freeze(found, office(), approval.next_publication(office(), now))
        content = as_approved(planned, person(request), now)
    return previews.shown(request, CHANNELS[channel].preview(content, office()))


def as_approved(content: EditionContent, by: User, at: datetime) -> EditionContent:
    """As it would be approved ``at``; by whom is known only of somebody who may."""
    own = str(by) if allows(by, Action.APPROVE) else ""
    return replace(content, frozen_at=at, approved_by=own)


def _field_time(moment: datetime) -> str:
    """As ``<input type="datetime-local">`` takes it."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"
