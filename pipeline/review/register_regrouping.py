"""Merge and split of exemplars. Both only give identity answers, of which the exemplars follow, and
keep what stood before, so that both can be undone. The machine answers nothing, so it undoes
neither."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from pipeline.ingest.joining import one_at_a_time
from pipeline.review.identity import found, settle
from pipeline.store.audit import record
from pipeline.store.models import (
    Exemplar,
    IdentityAnswer,
    RegisterRegrouping,
    Story,
    User,
)

Pair = tuple[int, int]
Kind = RegisterRegrouping.Kind


class Why(StrEnum):
    ONE_EXEMPLAR = "one_exemplar"
    """There is nothing to merge."""
    NO_PART = "no_part"
    """None of the stories, or the one that the profile began with."""
    MERGED_STORY = "merged_story"
    """Two of the stories on either side are one story, merged: split that first."""
    CHANGED_SINCE = "changed_since"
    """Somebody has answered otherwise since."""


class CannotRegroup(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def merge_exemplars(first: Exemplar, second: Exemplar, by: User, at: datetime) -> Exemplar:
    """Make both one and return the elder, which stands for both. All that is kept of the younger
    is shown with it until the merge is undone.

    Earlier answers "not the same" between stories of the two give way.

    Raises:
        CannotRegroup: they are one already.
    """
    with transaction.atomic():
        one_at_a_time()
        a, b = (Exemplar.objects.get(pk=each.pk).standing for each in (first, second))
        if a.pk == b.pk:
            raise CannotRegroup(Why.ONE_EXEMPLAR)
        refused = _between(_stories(a), _stories(b))
        changes: dict[Pair, bool | None] = dict.fromkeys(refused)
        changes[_pair(a.founder_id, b.founder_id)] = True
        keeper, other = (a, b) if a.pk < b.pk else (b, a)
        return _regroup(Kind.MERGE, keeper, other, changes, by, at)


def split_exemplar(
    exemplar: Exemplar, stories: Iterable[Story], by: User, at: datetime
) -> Exemplar:
    """Take ``stories`` out into a profile of their own and return that.

    Raises:
        CannotRegroup: they are none of its stories, or hold the one it began with, or one of them
            is merged with a story that stays.
    """
    with transaction.atomic():
        one_at_a_time()
        every = _stories(exemplar)
        parting = {story.pk for story in stories} & every
        parting |= set(Story.every.filter(merged_into__in=parting).values_list("pk", flat=True))
        staying = every - parting
        if not parting or exemplar.founder_id in parting or not staying:
            raise CannotRegroup(Why.NO_PART)
        crossing = Q(pk__in=parting, merged_into__in=staying)
        if Story.every.filter(crossing | Q(pk__in=staying, merged_into__in=parting)).exists():
            raise CannotRegroup(Why.MERGED_STORY)
        changes: dict[Pair, bool | None] = dict.fromkeys(_between(parting, staying))
        first = min(parting)
        changes[_pair(first, exemplar.founder_id)] = False
        # What held together only through the founder still belongs together.
        changes |= {_pair(first, pk): True for pk in parting - {first} if _stands(pk)}
        if not Exemplar.objects.filter(founder__in=parting).exists():
            found(Story.every.get(pk=first))
        _regroup(Kind.SPLIT, exemplar, None, changes, by, at)
        new = Story.every.select_related("exemplar").get(pk=first).exemplar
        assert new is not None
        last = exemplar.regroupings.first()
        assert last is not None
        last.other = new
        last.save(update_fields=["other"])
        return new


def undo_regrouping(regrouping: RegisterRegrouping, by: User, at: datetime) -> None:
    """Put the answers back that stood before.

    Raises:
        CannotRegroup: it is undone, or somebody has answered otherwise since.
    """
    with transaction.atomic():
        one_at_a_time()
        row = RegisterRegrouping.objects.select_for_update().get(pk=regrouping.pk)
        now = _answers((a, b) for a, b, _before, _after in row.changes)
        stands = all(now.get((a, b)) == after for a, b, _before, after in row.changes)
        if row.undone_at or not stands:
            raise CannotRegroup(Why.CHANGED_SINCE)
        _write({(a, b): before for a, b, before, _after in row.changes}, by, at)
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        record("exemplar.regrouping_undone", row.exemplar, actor=by, at=at, after={"of": row.pk})


def _regroup(
    kind: RegisterRegrouping.Kind,
    exemplar: Exemplar,
    other: Exemplar | None,
    changes: dict[Pair, bool | None],
    by: User,
    at: datetime,
) -> Exemplar:
    before = _answers(changes)
    row = RegisterRegrouping.objects.create(
        kind=kind,
        exemplar=exemplar,
        other=other,
        changes=[[a, b, before.get((a, b)), after] for (a, b), after in changes.items()],
        by=by,
        at=at,
    )
    _write(changes, by, at)
    after = {"regrouping": row.pk, **({"other": other.pk} if other else {})}
    record(f"exemplar.{kind}", exemplar, actor=by, at=at, after=after)
    return Exemplar.objects.get(pk=exemplar.pk).standing


def _write(answers: dict[Pair, bool | None], by: User, at: datetime) -> None:
    for (first, second), same in answers.items():
        if same is None:
            IdentityAnswer.objects.filter(first=first, second=second).delete()
        else:
            IdentityAnswer.objects.update_or_create(
                first_id=first, second_id=second, defaults={"same": same, "by": by, "at": at}
            )
    settle({pk for pair in answers for pk in pair})


def _answers(pairs: Iterable[Pair]) -> dict[Pair, bool]:
    wanted = set(pairs)
    rows = IdentityAnswer.objects.filter(first__in={first for first, _second in wanted})
    return {
        (row.first_id, row.second_id): row.same
        for row in rows
        if (row.first_id, row.second_id) in wanted
    }


def _between(some: set[int], others: set[int]) -> list[Pair]:
    """Pairs of which an answer stands with one story on either side."""
    rows = IdentityAnswer.objects.filter(
        Q(first__in=some, second__in=others) | Q(first__in=others, second__in=some)
    )
    return [(row.first_id, row.second_id) for row in rows]


def _stories(exemplar: Exemplar) -> set[int]:
    """Its stories, those merged into others included, and its founder."""
    keys = Story.every.filter(exemplar=exemplar).values_list("pk", flat=True)
    return {*keys, exemplar.founder_id}


def _stands(pk: int) -> bool:
    return Story.objects.filter(pk=pk).exists()


def _pair(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)
