"""Which stories are about one exemplar: the machine asks with its evidence, a person answers, and
the answer is kept. The exemplar of each story follows from the answers, so that taking an answer
back undoes all that came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Subquery

from pipeline.group import Shared, Subject, same_subject
from pipeline.ingest.joining import one_at_a_time
from pipeline.store.audit import record
from pipeline.store.models import (
    Exemplar,
    IdentityAnswer,
    Story,
    StoryPlace,
    StoryStatus,
    User,
)
from pipeline.text.fold import fold_search

MOST_NAMESAKES = 50


class AlreadyAnswered(Exception):
    """Another person has said the opposite meanwhile; ``given`` is that answer."""

    def __init__(self, given: IdentityAnswer) -> None:
        super().__init__(str(given))
        self.given = given


@dataclass(frozen=True, slots=True)
class Proposal:
    """``story`` may be about the same exemplar, for what is ``shared``."""

    story: Story
    shared: tuple[Shared, ...]


def proposals(story: Story, most: int = 3) -> list[Proposal]:
    """Stories that may be about the exemplar of ``story``, one for each exemplar, the best founded
    first; without those that a person has already answered for. At most seven queries."""
    if not story.subject_key:
        return []
    namesakes: dict[int, int | None] = dict(
        Story.objects.filter(subject_key=story.subject_key)
        .exclude(pk=story.pk)
        .exclude(label="no", version=0)
        .order_by("-published_at", "-pk")
        .values_list("pk", "exemplar")[:MOST_NAMESAKES]
    )
    if not namesakes:
        return []
    refused = _others(story) & namesakes.keys()
    refused_exemplars = {namesakes[each] for each in refused} - {None}
    subjects = _subjects([story.pk, *namesakes])
    best: dict[object, tuple[int, tuple[Shared, ...]]] = {}
    for other, exemplar in namesakes.items():
        if other in refused or exemplar in refused_exemplars:
            continue
        if exemplar and exemplar == story.exemplar_id:
            continue
        shared = same_subject(subjects[story.pk], subjects[other])
        key = exemplar or f"story {other}"
        if shared and (key not in best or len(shared) > len(best[key][1])):
            best[key] = (other, shared)
    chosen = sorted(best.values(), key=lambda each: -len(each[1]))[:most]
    stories = Story.objects.in_bulk([other for other, _shared in chosen])
    return [Proposal(stories[other], shared) for other, shared in chosen if other in stories]


def answer(story: Story, other: Story, by: User, at: datetime, *, same: bool) -> IdentityAnswer:
    """Keep that both are, or are not, about one exemplar.

    Raises:
        AlreadyAnswered: somebody said the opposite, of the two or of others that would come
            together by this answer; ``forget`` that first.
        ValueError: it is one story.
    """
    if story.pk == other.pk:
        raise ValueError("a story is about its own exemplar")
    first, second = sorted((story, other), key=lambda each: each.pk)
    with transaction.atomic():
        one_at_a_time()
        subjects = _subjects([story.pk, other.pk])
        shared = same_subject(subjects[story.pk], subjects[other.pk])
        given, created = IdentityAnswer.objects.get_or_create(
            first=first,
            second=second,
            defaults={
                "same": same,
                "by": by,
                "at": at,
                "evidence": [each.fact.value for each in shared],
            },
        )
        if given.same != same:
            raise AlreadyAnswered(given)
        if created:
            after = {"other": other.pk, "same": same, "evidence": given.evidence}
            record("story.identity_answered", story, actor=by, at=at, after=after)
            settle([story.pk, other.pk])
            if same and (against := _against(story)):
                raise AlreadyAnswered(against)
    return given


def _against(story: Story) -> IdentityAnswer | None:
    """An answer "not the same" between two stories of the exemplar that ``story`` is about."""
    exemplar = Story.every.filter(pk=story.pk).values("exemplar")
    refusals = IdentityAnswer.objects.filter(same=False, first__exemplar=Subquery(exemplar))
    return (
        refusals.filter(second__exemplar=F("first__exemplar"))
        .select_related("by", "first", "second")
        .first()
    )


def forget(story: Story, other: Story, by: User, at: datetime) -> bool:
    """Take the answer about the two back; the question may be asked again. False: there is none."""
    first, second = sorted((story, other), key=lambda each: each.pk)
    with transaction.atomic():
        one_at_a_time()
        given = IdentityAnswer.objects.filter(first=first, second=second).first()
        if given is None:
            return False
        before = {"other": other.pk, "same": given.same, "evidence": given.evidence}
        given.delete()
        record("story.identity_forgotten", story, actor=by, at=at, before=before)
        settle([story.pk, other.pk])
    return True


def answers_of(story: Story) -> list[tuple[Story, bool]]:
    """The other stories that people were asked about beside ``story``, and whether they said that
    both are about one exemplar; the newest answer first."""
    answers = IdentityAnswer.objects.filter(Q(first=story) | Q(second=story)).order_by("-at", "-pk")
    given = [
        (second if first == story.pk else first, same)
        for first, second, same in answers.values_list("first", "second", "same")
    ]
    others = Story.every.in_bulk([other for other, _same in given])
    return [(others[other], same) for other, same in given]


def settle(stories: Iterable[int]) -> None:
    """Make the exemplars of ``stories`` (primary keys) what answers, merges and acceptances say:
    an accepted story is about an exemplar, and stories linked by "the same" or by a merge, directly
    or through others, are about one. That of the eldest founder stays; another leads to it as long
    as they are linked. Call it where nobody else groups.
    """
    reached, links, answered = _reach(set(stories))
    for part in _parts(reached, links):
        founded = list(Exemplar.objects.filter(founder__in=part).order_by("pk"))
        if not founded:
            accepted = Story.objects.filter(pk__in=part, status=StoryStatus.ACCEPTED).order_by("pk")
            first = min(part) if answered & part else accepted.values_list("pk", flat=True).first()
            founded = [found(Story.every.get(pk=first))] if first else []
        exemplar = founded[0] if founded else None
        if exemplar:
            Exemplar.objects.filter(pk=exemplar.pk).update(merged_into=None)
            Exemplar.objects.filter(founder__in=part).exclude(pk=exemplar.pk).update(
                merged_into=exemplar
            )
        Story.every.filter(pk__in=part).update(exemplar=exemplar)


def _reach(seeds: set[int]) -> tuple[set[int], dict[int, set[int]], set[int]]:
    """The stories that hang or hung together with ``seeds``; for each those that an answer or a
    merge links it with; and those that an answer links."""
    reached: set[int] = set()
    links: dict[int, set[int]] = defaultdict(set)
    answered: set[int] = set()
    fresh = seeds
    while fresh:
        reached |= fresh
        same = list(
            IdentityAnswer.objects.filter(
                Q(first__in=fresh) | Q(second__in=fresh), same=True
            ).values_list("first", "second")
        )
        merged = [
            (each.pk, each.merged_into_id)
            for each in Story.every.filter(
                Q(pk__in=fresh, merged_into__isnull=False) | Q(merged_into__in=fresh)
            ).only("pk", "merged_into")
            if each.merged_into_id
        ]
        for a, b in (*same, *merged):
            links[a].add(b)
            links[b].add(a)
        answered.update(pk for pair in same for pk in pair)
        together = Story.every.filter(exemplar__stories__in=fresh).values_list("pk", flat=True)
        fresh = {*together, *(pk for pair in (*same, *merged) for pk in pair)} - reached
    return reached, links, answered


def _parts(nodes: Iterable[int], links: Mapping[int, set[int]]) -> list[set[int]]:
    """The connected parts, the one with the eldest story first."""
    parts: list[set[int]] = []
    for node in sorted(nodes):
        if any(node in part for part in parts):
            continue
        part, waiting = {node}, [node]
        while waiting:
            new = links.get(waiting.pop(), set()) - part
            part |= new
            waiting.extend(new)
        parts.append(part)
    return parts


def found(story: Story) -> Exemplar:
    """The exemplar that ``story`` is the first to tell of, as the machine read it."""
    exemplar = Exemplar(
        name=story.subject or story.headline[:300],
        kind=story.kind,
        province=story.province,
        commune=story.commune,
        founder=story,
        found_at=story.found_at,
    )
    exemplar.search_text = searchable(exemplar)
    exemplar.save()
    return exemplar


def searchable(exemplar: Exemplar) -> str:
    """What the register finds it by."""
    parts = (exemplar.name, exemplar.commune, exemplar.province, exemplar.portrait)
    return fold_search("\n".join(filter(None, parts)))


def _others(story: Story) -> set[int]:
    """Primary keys of the standing stories that a person has answered for, seen from ``story`` and
    what was merged into it."""
    family, fresh = {story.pk}, {story.pk}
    while fresh:
        fresh = set(Story.every.filter(merged_into__in=fresh).values_list("pk", flat=True)) - family
        family |= fresh
    refusals = IdentityAnswer.objects.filter(
        Q(first__in=family) | Q(second__in=family), same=False
    ).values_list("first", "second")
    refused = {pk for pair in refusals for pk in pair} - family
    return {other.standing.pk for other in Story.every.in_bulk(refused).values()} - {story.pk}


def _subjects(stories: Collection[int]) -> dict[int, Subject]:
    """By primary key, what is known of whom each of ``stories`` is about. Two queries."""
    places: dict[int, set[tuple[str, str]]] = defaultdict(set)
    named = StoryPlace.objects.filter(story__in=stories).exclude(province="")
    for story, province, commune in named.values_list("story", "province", "commune"):
        places[story].add((province, commune))
    judged = "lead__judgement__data__"
    rows = Story.every.filter(pk__in=stories).values_list(
        *("pk", "subject", "kind", "province", "commune"),
        *(f"{judged}organisations", f"{judged}people"),
    )
    return {
        pk: Subject(
            subject,
            kind,
            frozenset({*places[pk], (province, commune)}),
            frozenset(organisations or ()),
            frozenset(people or ()),
        )
        for pk, subject, kind, province, commune, organisations, people in rows
    }
