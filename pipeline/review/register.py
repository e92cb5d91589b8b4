"""What people decide about an exemplar: who it is, its stage, who looks after it.

Each change locks the exemplar, compares versions and is audited; a stale version raises ``Stale``
and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pipeline.review.identity import searchable
from pipeline.shapes import ExemplarKind
from pipeline.store.audit import record
from pipeline.store.models import Agency, Exemplar, Stage, StageChange, Story, StoryStatus, User
from pipeline.text.fold import nfc


class Stale(Exception):
    """Somebody else changed the exemplar meanwhile; ``current`` is what stands now."""

    def __init__(self, current: Exemplar) -> None:
        super().__init__(f"exemplar {current.pk} is at version {current.version}")
        self.current = current


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person may say of an exemplar."""

    name: str
    kind: str
    province: str
    commune: str
    portrait: str
    agency: Agency | None


def registered() -> QuerySet[Exemplar]:
    """The exemplars of the register: those that stand for themselves and of which a story is
    accepted. A taken-back acceptance takes the exemplar out and a new one brings it back, with all
    that people noted of it."""
    accepted = Story.objects.filter(exemplar=OuterRef("pk"), status=StoryStatus.ACCEPTED)
    return Exemplar.objects.filter(Exists(accepted), merged_into=None)


def describe(exemplar: Exemplar, by: User, at: datetime, version: int, said: Profile) -> bool:
    """Make the profile what ``said`` says; returns whether anything changed.

    Raises:
        Stale: somebody changed it meanwhile.
        ValueError: no name, or no kind that there is.
    """
    name = " ".join(nfc(said.name).split())[:300]
    if not name or said.kind not in set(ExemplarKind):
        raise ValueError("an exemplar needs a name and a kind")
    with _changing(exemplar, version) as row:
        values = {
            "name": name,
            "kind": said.kind,
            "province": nfc(said.province).strip()[:60],
            "commune": nfc(said.commune).strip()[:80],
            "portrait": nfc(said.portrait).replace("\r\n", "\n").strip(),
            "agency": said.agency,
        }
        changed = [field for field, value in values.items() if getattr(row, field) != value]
        if changed:
            for field in changed:
                setattr(row, field, values[field])
            row.search_text = searchable(row)
            row.version += 1
            row.save(update_fields=[*changed, "search_text", "version"])
            after = {"fields": sorted(changed), "version": row.version}
            record("exemplar.described", row, actor=by, at=at, after=after)
    exemplar.refresh_from_db()
    return bool(changed)


def move(exemplar: Exemplar, by: User, at: datetime, version: int, stage: Stage, why: str) -> bool:
    """Take the exemplar to ``stage``, forward or back, and keep who did so and why. False: it is
    there already.

    Raises:
        Stale: somebody changed it meanwhile.
        ValueError: no reason is given.
    """
    why = " ".join(nfc(why).split())[:500]
    if not why:
        raise ValueError("a stage is moved for a reason")
    with _changing(exemplar, version) as row:
        before = Stage(row.stage)
        if before == stage:
            return False
        row.stage = stage
        row.version += 1
        row.save(update_fields=["stage", "version"])
        change = StageChange.objects.create(
            exemplar=row, before=before, after=stage, why=why, by=by, at=at
        )
        record(
            "exemplar.moved",
            row,
            actor=by,
            at=at,
            before={"stage": before},
            after={"stage": stage, "change": change.pk},
        )
    exemplar.refresh_from_db()
    return True


def family(exemplar: Exemplar) -> list[int]:
    """Primary keys of ``exemplar`` and of all that were merged into it."""
    keys, fresh = [exemplar.pk], [exemplar.pk]
    while fresh:
        absorbed = Exemplar.objects.filter(merged_into__in=fresh)
        fresh = list(absorbed.order_by("pk").values_list("pk", flat=True))
        keys += fresh
    return keys


@contextmanager
def _changing(exemplar: Exemplar, version: int) -> Iterator[Exemplar]:
    with transaction.atomic():
        row = Exemplar.objects.select_for_update().get(pk=exemplar.pk)
        if row.version != version or row.merged_into_id:
            raise Stale(row.standing)
        yield row
