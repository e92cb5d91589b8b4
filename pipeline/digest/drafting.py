"""The weekly draft: from the stories at hand to a digest that people then work on."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from pipeline.config.office import Office
from pipeline.digest.choose import Candidate, choose
from pipeline.store.audit import record
from pipeline.store.models import (
    Axis,
    Digest,
    DigestItem,
    DigestState,
    Story,
    StoryStatus,
    User,
)
from pipeline.text.clock import VIETNAM

NEAR_MISSES = 30
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def week_bounds(week: str) -> tuple[date, date]:
    """Monday and Sunday of an ISO week such as ``2026-W47``.

    Raises:
        ValueError: it is not written like that, or the year has no such week.
    """
    match = _WEEK.fullmatch(week)
    if not match:
        raise ValueError(f"'{week}' is not a week → write it like 2026-W47")
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise ValueError(f"'{week}' is not a week: {match[1]} has no week {match[2]}") from None
    return monday, monday + timedelta(days=6)


def week_title(week: str) -> str:
    """``Gương sáng tuần 47 (16–22/11/2026)``."""
    monday, sunday = week_bounds(week)
    begin = f"{monday:%d/%m}" if monday.month != sunday.month else f"{monday:%d}"
    if monday.year != sunday.year:
        begin = f"{monday:%d/%m/%Y}"
    return f"Gương sáng tuần {int(week[-2:])} ({begin}–{sunday:%d/%m/%Y})"


def draft_digest(week: str, *, office: Office, now: datetime, by: User | None = None) -> Digest:
    """The digest of ``week``, drafted if nobody has drafted it yet; a second call adds nothing.

    Accepted stories only; while none is accepted, unreviewed ones with the label yes are proposed,
    which the checklist keeps from being sent for approval until someone accepts them.

    Raises:
        ValueError: ``week`` is not an ISO week.
    """
    title = week_title(week)
    with transaction.atomic():
        digest, created = Digest.objects.get_or_create(
            week=week, defaults={"title": title, "drafted_at": now}
        )
        digest = Digest.objects.select_for_update().get(pk=digest.pk)
        untouched = digest.last_edited_by_id is None and not digest.items.exists()
        if digest.state != DigestState.DRAFT or not untouched:
            return digest
        stories = candidates_of(digest, office=office, now=now)
        chosen = choose([_candidate(story) for story in stories], office.digest)
        DigestItem.objects.bulk_create(
            DigestItem(
                digest=digest,
                story_id=pick.story,
                position=position,
                section=pick.section,
                why=[reason.stored() for reason in pick.why],
            )
            for position, pick in enumerate(chosen.picks, start=1)
        )
        digest.near_misses = [
            {"story": miss.story, "why": [reason.stored() for reason in miss.why]}
            for miss in chosen.misses[:NEAR_MISSES]
        ]
        digest.drafted_at = now
        digest.save(update_fields=["near_misses", "drafted_at"])
        if created or chosen.picks:
            record(
                "digest.drafted",
                digest,
                actor=by,
                at=now,
                after={"stories": [pick.story for pick in chosen.picks]},
            )
    return digest


def candidates_of(digest: Digest, *, office: Office, now: datetime) -> list[Story]:
    """Stories of the horizon before the week's end that no earlier edition carries."""
    _, sunday = week_bounds(digest.week)
    end = min(now, datetime.combine(sunday + timedelta(days=1), datetime.min.time(), VIETNAM))
    begin = end - office.digest.horizon
    in_horizon = Q(published_at__gte=begin, published_at__lt=end) | Q(
        published_at=None, found_at__gte=begin, found_at__lt=end
    )
    stories = (
        Story.objects.filter(in_horizon)
        .exclude(lead=None)  # suggested by the public: no source to credit
        .exclude(digest_items__digest__editions__isnull=False)
        .filter(withdrawal=None)
        .prefetch_related("tags")
    )
    accepted = list(stories.filter(status=StoryStatus.ACCEPTED))
    return accepted or list(stories.filter(status=StoryStatus.NEW, label="yes"))


def section_of(story: Story) -> str:
    """The story's first sector: a person's word before the machine's; empty when it has none."""
    sectors = [tag for tag in story.tags.all() if tag.axis == Axis.SECTOR and not tag.removed]
    sectors.sort(key=lambda tag: (tag.origin != "person", -tag.score, tag.slug))
    return sectors[0].slug if sectors else ""


def _candidate(story: Story) -> Candidate:
    return Candidate(
        story=story.pk,
        score=story.score,
        sector=section_of(story),
        outlet=story.outlets[0] if story.outlets else "",
        province=story.province,
        commune=story.commune,
        kind=story.kind,
        subject=story.subject,
        published_at=story.published_at or story.found_at,
        flags=frozenset(story.flags),
    )
