"""What the machine says of a story as a whole, out of what it says of its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Protocol

from pipeline.group import subject_key
from pipeline.judge.export import judgement_from_json
from pipeline.judge.summary import draft_summary
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
NEVER = datetime.max.replace(tzinfo=UTC)


class Outlets(Protocol):
    """What a story must know of its outlets."""

    def province_of(self, source: str) -> str | None: ...

    def outlet_name(self, source: str) -> str: ...


def refresh_story(story: Story, outlets: Outlets) -> None:
    """Rewrite the machine's layer of a story from its articles; the people's is not touched.

    Call it in a transaction: the story is locked, so that no person's change slips in between.
    """
    story = Story.objects.select_for_update().get(pk=story.pk)
    records = list(JudgementRecord.objects.filter(article__story=story).select_related("article"))
    if not records:
        return
    lead = _lead(records)
    best = max(records, key=lambda record: (record.score, -record.pk))
    judgement = judgement_from_json(lead.data)
    text = lead.article.as_text(outlets.province_of(lead.article.source))
    summary = draft_summary(text, judgement)
    opinion = judgement_from_json(best.data).exemplar
    main_place = judgement.places[0] if judgement.places else None
    ordered = [lead, *(record for record in _by_time(records) if record is not lead)]

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
        story.province = (main_place.province if main_place else None) or (
            outlets.province_of(lead.article.source) or ""
        )
        story.commune = (main_place.commune if main_place else None) or ""
    story.outlets = list(dict.fromkeys(record.article.source for record in ordered))
    story.published_at = lead.article.published_at
    story.save(
        update_fields=[
            "lead",
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
        ]
    )
    sectors = _strongest(records, "sectors")[:MAX_SECTORS]
    _retag(story, Axis.SECTOR, sectors)
    _retag(story, Axis.CAMPAIGN, _strongest(records, "campaigns"))
    _replace_places(story, lead)
    story.search_text = search_text(story, [record.article for record in ordered], outlets)
    story.save(update_fields=["search_text"])


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


def _retag(story: Story, axis: Axis, tags: list[tuple[str, float]]) -> None:
    """Replace the machine's tags on an axis, unless a person has had a say on that axis."""
    existing = story.tags.filter(axis=axis)
    if existing.filter(origin=Origin.PERSON).exists():
        return
    existing.exclude(slug__in=[slug for slug, _ in tags]).delete()
    for slug, score in tags:
        StoryTag.objects.update_or_create(
            story=story, axis=axis, slug=slug, defaults={"score": score, "origin": Origin.MACHINE}
        )


def _replace_places(story: Story, lead: JudgementRecord) -> None:
    if story.places.filter(origin=Origin.PERSON).exists():
        return
    story.places.all().delete()
    StoryPlace.objects.bulk_create(
        StoryPlace(
            story=story,
            text=place["text"][:200],
            province=place["province"] or "",
            commune=place["commune"] or "",
            as_of=place["as_of"],
            origin=Origin.MACHINE,
        )
        for place in lead.data["places"]
    )


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
    places += story.places.values_list("province", "commune")
    terms |= {term("place", name) for place in places for name in place if name}
    return " ".join([*sorted(terms), term("month", f"{told:%Y%m}"), words])[:LONGEST]
