"""What the machine says of a story as a whole, out of what it says of its articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db.models import prefetch_related_objects

from pipeline.group import subject_key
from pipeline.judge.export import judgement_from_json
from pipeline.judge.summary.drafting import draft_summary
from pipeline.store.models import (
    Article,
    Axis,
    JudgementRecord,
    Origin,
    Story,
    StoryPlace,
    StoryTag,
)
from pipeline.store.searching import LONGEST, term
from pipeline.text.clock import VIETNAM
from pipeline.text.fold import search_words

MAX_SECTORS = 3
NEARLY_BEST = 0.15
"""The earliest article within this of the best score leads its story: being first outweighs a
little more detail."""
PRIVACY = {"minor", "health"}
"""Flags that hold for a story whichever outlet gave the reason; the others speak of one article: a
later copy's "Theo …" does not make the original syndicated."""
TOLD = (
    "lead_id",
    "title",
    "score",
    "label",
    "kind",
    "subject",
    "subject_key",
    "draft_summary",
    "draft_spans",
    "flags",
    "province",
    "commune",
    "outlets",
    "published_at",
)
FOUND_BY = ("search_text",)
"""Written apart: the index of words is made anew with it."""
NEVER = datetime.max.replace(tzinfo=UTC)


class Outlets(Protocol):
    """What a story must know of its outlets."""

    def province_of(self, source: str) -> str | None: ...

    def outlet_name(self, source: str) -> str: ...


def refresh_story(story: Story, outlets: Outlets) -> None:
    """Lock one story and do for it as ``refresh_stories`` does. Call it in a transaction."""
    refresh_stories(list(Story.objects.select_for_update().filter(pk=story.pk)), outlets)


def refresh_stories(stories: Sequence[Story], outlets: Outlets) -> None:
    """Rewrite the machine's layer of stories from their articles; the people's is not touched.

    The caller has locked them in its transaction, so that no person's change slips in between.
    What is as it was is not written again: a rewritten row is rewritten in every index.
    """
    held = _records_of(stories)
    judged = [story for story in stories if story.pk in held]
    leads = {story.pk: _lead(held[story.pk]) for story in judged}
    before = {story.pk: _values(story) for story in judged}
    prefetch_related_objects(judged, "tags", "places")
    for story in judged:
        _tell(story, held[story.pk], leads[story.pk], outlets)
    _retag(judged, held)
    _replace_places(judged, leads)
    for story in judged:
        story.refresh_from_db(fields=["tags", "places"])  # forgets what was prefetched
    prefetch_related_objects(judged, "tags", "places")
    for story in judged:
        articles = [record.article for record in _ordered(held[story.pk], leads[story.pk])]
        story.search_text = search_text(story, articles, outlets)
    _save_changed(judged, before)


def _records_of(stories: Sequence[Story]) -> dict[int, list[JudgementRecord]]:
    """Of each story that has any, by its key."""
    records = JudgementRecord.objects.filter(article__story__in=stories)
    held: dict[int, list[JudgementRecord]] = defaultdict(list)
    for record in records.select_related("article"):
        if record.article.story_id is not None:
            held[record.article.story_id].append(record)
    return held


def _tell(
    story: Story, records: list[JudgementRecord], lead: JudgementRecord, outlets: Outlets
) -> None:
    best = max(records, key=lambda record: (record.score, -record.pk))
    judgement = judgement_from_json(lead.data)
    province = outlets.province_of(lead.article.source)
    summary = draft_summary(lead.article.as_text(province), judgement)
    opinion = judgement_from_json(best.data).exemplar
    main_place = judgement.places[0] if judgement.places else None

    story.lead = lead.article
    story.title = lead.article.title
    story.score, story.label = best.score, best.label
    if story.subject_origin == Origin.MACHINE:
        story.kind, story.subject = opinion.kind, (opinion.subject or "")[:300]
        story.subject_key = subject_key(story.subject)[:120]
    story.draft_summary = summary.text
    story.draft_spans = [
        {**asdict(sentence), "article": lead.article_id} for sentence in summary.sentences
    ]
    story.flags = sorted(_flags([lead]) | (_flags(records) & PRIVACY))
    if story.place_origin == Origin.MACHINE:
        story.province = (main_place.province if main_place else None) or province or ""
        story.commune = (main_place.commune if main_place else None) or ""
    ordered = _ordered(records, lead)
    story.outlets = list(dict.fromkeys(record.article.source for record in ordered))
    story.published_at = lead.article.published_at


def _values(story: Story) -> dict[str, Any]:
    return {name: getattr(story, name) for name in TOLD + FOUND_BY}


def _save_changed(stories: Sequence[Story], before: Mapping[int, Mapping[str, Any]]) -> None:
    for names in (TOLD, FOUND_BY):
        differ: dict[int, set[str]] = {}
        for story in stories:
            if names_of_story := {n for n in names if getattr(story, n) != before[story.pk][n]}:
                differ[story.pk] = names_of_story
        changed = [story for story in stories if story.pk in differ]
        if changed:
            Story.objects.bulk_update(changed, set().union(*differ.values()))


def _ordered(records: list[JudgementRecord], lead: JudgementRecord) -> list[JudgementRecord]:
    return [lead, *(record for record in _by_time(records) if record is not lead)]


def _by_time(records: list[JudgementRecord]) -> list[JudgementRecord]:
    return sorted(records, key=lambda r: (r.article.published_at or NEVER, r.article_id))


def _lead(records: list[JudgementRecord]) -> JudgementRecord:
    """The earliest of the good ones; a copy that credits another outlet only for want of others."""
    originals = [r for r in records if not r.article.credit and not r.article.syndicated]
    candidates = originals or records
    top = max(record.score for record in candidates)
    return _by_time([r for r in candidates if r.score >= top - NEARLY_BEST])[0]


def _flags(records: list[JudgementRecord]) -> set[str]:
    return {flag["slug"] for record in records for flag in record.data["flags"]}


def _strongest(records: list[JudgementRecord], key: str) -> list[tuple[str, float]]:
    scores: dict[str, float] = {}
    for record in records:
        for tag in record.data[key]:
            scores[tag["slug"]] = max(scores.get(tag["slug"], 0.0), tag["score"])
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def _retag(stories: Sequence[Story], held: Mapping[int, list[JudgementRecord]]) -> None:
    """Replace the machine's tags on each axis, unless a person has had a say on that axis."""
    gone: list[int] = []
    written: list[StoryTag] = []
    for story in stories:
        wanted = {
            Axis.SECTOR: _strongest(held[story.pk], "sectors")[:MAX_SECTORS],
            Axis.CAMPAIGN: _strongest(held[story.pk], "campaigns"),
        }
        for axis, scores in wanted.items():
            standing = {tag.slug: tag for tag in story.tags.all() if tag.axis == axis}
            if any(tag.origin == Origin.PERSON for tag in standing.values()):
                continue
            gone += [tag.pk for slug, tag in standing.items() if slug not in dict(scores)]
            written += [
                StoryTag(story=story, axis=axis, slug=slug, score=score, origin=Origin.MACHINE)
                for slug, score in scores
                if slug not in standing or standing[slug].score != score
            ]
    if gone:
        StoryTag.objects.filter(pk__in=gone).delete()
    StoryTag.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["story", "axis", "slug"],
        update_fields=["score", "origin"],
    )


def _replace_places(stories: Sequence[Story], leads: Mapping[int, JudgementRecord]) -> None:
    moved: list[Story] = []
    written: list[StoryPlace] = []
    for story in stories:
        standing = sorted(story.places.all(), key=lambda place: place.pk)
        if any(place.origin == Origin.PERSON for place in standing):
            continue
        wanted = [_place(story, place) for place in leads[story.pk].data["places"]]
        if [_told(place) for place in standing] != [_told(place) for place in wanted]:
            moved.append(story)
            written += wanted
    if moved:
        StoryPlace.objects.filter(story__in=moved).delete()
        StoryPlace.objects.bulk_create(written)


def _place(story: Story, place: Mapping[str, Any]) -> StoryPlace:
    return StoryPlace(
        story=story,
        text=place["text"][:200],
        province=place["province"] or "",
        commune=place["commune"] or "",
        as_of=place["as_of"],
        origin=Origin.MACHINE,
    )


def _told(place: StoryPlace) -> tuple[str, ...]:
    return place.text, place.province, place.commune, place.as_of


def search_text(story: Story, articles: Sequence[Article], outlets: Outlets) -> str:
    """All the words a story can be found by: terms for its tags, places, outlets and month, what
    people made of it, what its articles say (what several say alike once), who published it."""
    parts = [story.edited_title, story.edited_summary, story.subject, story.commune, story.province]
    for article in articles:
        parts += [article.title, article.sapo, outlets.outlet_name(article.source)]
        parts += article.text.split("\n")
    words = search_words("\n".join(dict.fromkeys(filter(None, parts))))
    told = (story.published_at or story.found_at).astimezone(VIETNAM)
    terms = {term("outlet", article.source) for article in articles}
    terms |= {term(tag.axis, tag.slug) for tag in story.tags.all() if not tag.removed}
    places = [(story.province, story.commune)]
    places += [(place.province, place.commune) for place in story.places.all()]
    terms |= {term("place", name) for place in places for name in place if name}
    return " ".join([*sorted(terms), term("month", f"{told:%Y%m}"), words])[:LONGEST]
