"""The small things kept of an exemplar: notes, follow-ups, adoptions, criteria. Nothing is deleted:
what is taken back says so."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from pipeline.review.register import registered
from pipeline.store.audit import record
from pipeline.store.models import (
    Adoption,
    Agency,
    Criterion,
    CriterionAnswer,
    Exemplar,
    FollowUp,
    RegisterNote,
    User,
)
from pipeline.text.fold import fold, nfc

_UNIT = re.compile(r"^(?:xã|phường|thị trấn|đặc khu) (?!\d)")


def note(exemplar: Exemplar, by: User, at: datetime, text: str) -> RegisterNote:
    """Raises ``ValueError``: nothing is written."""
    text = _required(nfc(text).replace("\r\n", "\n"), 5000)
    with transaction.atomic():
        row = RegisterNote.objects.create(exemplar=exemplar, text=text, by=by, at=at)
        record("exemplar.noted", exemplar, actor=by, at=at, after={"note": row.pk})
    return row


def remind(exemplar: Exemplar, by: User, at: datetime, due_on: date, text: str) -> FollowUp:
    """Ask for something to be done for ``exemplar`` by a day. Raises ``ValueError``: no words."""
    text = _required(_line(text), 300)
    with transaction.atomic():
        row = FollowUp.objects.create(exemplar=exemplar, due_on=due_on, text=text, by=by, at=at)
        after = {"follow_up": row.pk, "due_on": due_on.isoformat()}
        record("exemplar.follow_up_set", exemplar, actor=by, at=at, after=after)
    return row


def settle_follow_up(follow_up: FollowUp, by: User, at: datetime, *, done: bool) -> bool:
    """Mark it as done, or as open again. False: it was so already."""
    with transaction.atomic():
        rows = FollowUp.objects.filter(pk=follow_up.pk, done_at__isnull=done)
        changed = rows.update(done_at=at if done else None, done_by=by if done else None)
        if changed:
            action = "exemplar.follow_up_done" if done else "exemplar.follow_up_reopened"
            after = {"follow_up": follow_up.pk}
            record(action, follow_up.exemplar, actor=by, at=at, after=after)
    return bool(changed)


def due_follow_ups(today: date) -> QuerySet[FollowUp]:
    """Open ones that are due by ``today``, the longest overdue first."""
    rows = FollowUp.objects.filter(done_at=None, due_on__lte=today)
    return rows.select_related("exemplar__merged_into").order_by("due_on", "id")


def adopt(
    exemplar: Exemplar,
    by: User,
    at: datetime,
    *,
    commune: str,
    province: str,
    unit: str = "",
    source: str = "",
) -> Adoption:
    """Keep that a commune took the model over. Raises ``ValueError``: no commune is named."""
    with transaction.atomic():
        row = Adoption.objects.create(
            exemplar=exemplar,
            commune=_required(_line(commune), 80),
            province=_line(province)[:60],
            unit=_line(unit)[:200],
            source=source.strip()[:700],
            by=by,
            at=at,
        )
        record("exemplar.adopted", exemplar, actor=by, at=at, after={"adoption": row.pk})
    return row


def settle_adoption(adoption: Adoption, by: User, at: datetime, *, kept: bool) -> bool:
    """Take an adoption out of the count, or back into it. False: it was so already."""
    with transaction.atomic():
        rows = Adoption.objects.filter(pk=adoption.pk, removed_at__isnull=not kept)
        changed = rows.update(removed_at=None if kept else at)
        if changed:
            action = "exemplar.adoption_kept" if kept else "exemplar.adoption_removed"
            after = {"adoption": adoption.pk}
            record(action, adoption.exemplar, actor=by, at=at, after=after)
    return bool(changed)


def adopters(adoptions: list[Adoption]) -> int:
    """How many communes have it by now, however their names were typed."""
    return len({_place(each) for each in adoptions if not each.removed_at})


def _place(adoption: Adoption) -> tuple[str, str]:
    commune = fold(adoption.commune)
    bare = _UNIT.sub("", commune)
    return fold(adoption.province), bare or commune


def answer_criteria(
    exemplar: Exemplar, by: User, at: datetime, met: dict[Criterion, bool | None]
) -> int:
    """Keep for each criterion whether ``exemplar`` meets it (None: not known). Returns how many
    answers are new; earlier ones stay on record."""
    given = answers_of([exemplar.pk])
    rows = [
        CriterionAnswer(exemplar=exemplar, criterion=criterion, met=value, by=by, at=at)
        for criterion, value in met.items()
        if (given[criterion.pk].met if criterion.pk in given else None) != value
    ]
    if rows:
        with transaction.atomic():
            CriterionAnswer.objects.bulk_create(rows)
            after = {"criteria": {str(row.criterion_id): row.met for row in rows}}
            record("exemplar.criteria_answered", exemplar, actor=by, at=at, after=after)
    return len(rows)


def answers_of(exemplars: list[int]) -> dict[int, CriterionAnswer]:
    """The newest answer to each criterion, by its key."""
    rows = CriterionAnswer.objects.filter(exemplar__in=exemplars).select_related("by")
    return {row.criterion_id: row for row in rows.order_by("at", "pk")}


def write_criteria(agency: Agency, by: User, at: datetime, texts: list[str]) -> bool:
    """Make ``texts``, in this order, the criteria of ``agency``. One whose words are gone is
    retired, with its answers; words that were there before come back with theirs. Returns whether
    anything changed."""
    wanted = list(dict.fromkeys(line[:300] for line in map(_line, texts) if line))
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        known = {row.text: row for row in agency.criteria.all()}
        current = [row.text for row in agency.criteria.filter(retired=False)]
        if current == wanted:
            return False
        agency.criteria.exclude(text__in=wanted).update(retired=True)
        last = agency.criteria.aggregate(last=Max("position"))["last"] or 0
        for position, text in enumerate(wanted, last + 1):
            if text in known:
                agency.criteria.filter(pk=known[text].pk).update(position=position, retired=False)
            else:
                Criterion.objects.create(agency=agency, text=text, position=position)
        after = {"criteria": len(wanted)}
        record("agency.criteria_written", agency, actor=by, at=at, after=after)
    return True


def add_agency(by: User, at: datetime, name: str) -> Agency:
    """Add a body that looks after exemplars, or bring back the one of that name.

    Raises:
        ValueError: no name.
    """
    name = _required(_line(name), 200)
    with transaction.atomic():
        agency, created = Agency.objects.get_or_create(name=name)
        if created or agency.retired:
            Agency.objects.filter(pk=agency.pk).update(retired=False)
            record("agency.added", agency, actor=by, at=at)
    agency.refresh_from_db()
    return agency


def retire_agency(agency: Agency, by: User, at: datetime) -> bool:
    """Offer it no longer. False: it was retired already."""
    with transaction.atomic():
        changed = Agency.objects.filter(pk=agency.pk, retired=False).update(retired=True)
        if changed:
            after = {"exemplars": registered().filter(agency=agency).count()}
            record("agency.retired", agency, actor=by, at=at, after=after)
    return bool(changed)


def _line(text: str) -> str:
    return " ".join(nfc(text).split())


def _required(text: str, longest: int) -> str:
    text = text.strip()[:longest]
    if not text:
        raise ValueError("nothing is written")
    return text
