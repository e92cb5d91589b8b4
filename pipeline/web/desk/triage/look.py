"""All that the story page shows, gathered once: versions with evidence, reasons, summary, tags."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline import review
from pipeline.digest.facts import source_text
from pipeline.digest.rules import OPEN
from pipeline.judge.fidelity.calming import Advice, calm
from pipeline.judge.fidelity.checking import check
from pipeline.publish.withdrawal import carried_by, taken_back
from pipeline.shapes import Finding
from pipeline.store.models import (
    Article,
    Axis,
    Digest,
    DigestItem,
    DigestState,
    Erasure,
    Exemplar,
    JudgementRecord,
    PublicRequest,
    RequestKind,
    Story,
    StoryRevision,
    StoryTag,
    Withdrawal,
)
from pipeline.web.desk.triage.evidence import (
    KINDS,
    Paragraph,
    Segment,
    Span,
    around,
    paragraph_at,
    paragraphs,
    segments,
)
from pipeline.web.reference import office, reference

SAME_EXEMPLAR = 10


@dataclass(frozen=True, slots=True)
class Version:
    """One outlet's telling of the story."""

    article: Article
    original: bool
    title: tuple[Segment, ...]
    sapo: tuple[Segment, ...]
    paragraphs: tuple[Paragraph, ...]

    @classmethod
    def of(cls, article: Article, original: bool) -> Version:
        found = evidence_of(article)

        def spans(field: str) -> list[Span]:
            return [
                Span(each["start"], each["end"], each["for"])
                for each in found
                if each["field"] == field
            ]

        return cls(
            article,
            original,
            segments(article.title, spans("title")),
            segments(article.sapo, spans("sapo")),
            paragraphs(article.text, spans("text")),
        )

    @property
    def kinds(self) -> list[str]:
        """The kinds that occur, for the legend."""
        every = [self.title, self.sapo, *(paragraph.segments for paragraph in self.paragraphs)]
        over = {kind for pieces in every for piece in pieces for kind in piece.kinds}
        return [kind for kind in KINDS if kind in over]


@dataclass(frozen=True, slots=True)
class SourcedSentence:
    """A sentence of the machine's draft beside what it was cut from."""

    text: str
    quote: str
    article: int
    paragraph: int | None
    """None: from the sapo."""


class StoryLook:
    def __init__(self, story: Story) -> None:
        self.story = story
        order = {key: index for index, key in enumerate(story.outlets)}
        self.articles: list[Article] = sorted(
            story.articles.select_related("judgement"),
            key=lambda each: (order.get(each.source, len(order)), each.pk),
        )
        self.versions = [
            Version.of(article, index == 0) for index, article in enumerate(self.articles)
        ]
        self.tags: list[StoryTag] = [tag for tag in story.tags.all() if not tag.removed]
        self.items: list[DigestItem] = list(story.digest_items.select_related("digest"))
        self.withdrawal = Withdrawal.objects.filter(story=story).first()
        self.revisions: list[StoryRevision] = list(
            story.revisions.select_related("by", "regrouping")[:8]
        )

    @cached_property
    def erasure(self) -> Erasure | None:
        """Who took its words away for good. What still has an article was not erased."""
        return None if self.articles else Erasure.objects.filter(story=self.story).first()

    @cached_property
    def carried(self) -> list[str]:
        """Channels that have sent it and cannot take it back."""
        return carried_by(self.story, office()) if self.withdrawal else []

    @cached_property
    def followed(self) -> list[tuple[str, bool]]:
        """Channels that take it back by themselves, and whether they have."""
        return taken_back(self.story, office()) if self.withdrawal else []

    @cached_property
    def exemplar(self) -> Exemplar | None:
        """Whose profile it belongs to."""
        return self.story.exemplar

    @cached_property
    def suggestions(self) -> list[PublicRequest]:
        """What people or agencies wrote of it; who they are stays with the requests."""
        return list(self.story.public_requests.filter(kind=RequestKind.SUGGESTION))

    @cached_property
    def proposals(self) -> list[review.Proposal]:
        """Stories that may be about the same exemplar."""
        return review.proposals(self.story)

    @cached_property
    def same_exemplar(self) -> list[Story]:
        """Other stories of its exemplar, the newest first."""
        if self.story.exemplar_id is None:
            return []
        others = Story.objects.filter(exemplar=self.story.exemplar_id).exclude(pk=self.story.pk)
        return list(others.order_by("-published_at", "-pk")[:SAME_EXEMPLAR])

    @cached_property
    def answers(self) -> list[tuple[Story, bool]]:
        """Stories of which a person said that they are, or are not, about its exemplar."""
        asked = self.story.subject_key or self.story.exemplar_id
        return review.answers_of(self.story) if asked else []

    @property
    def refused(self) -> list[Story]:
        return [other for other, same in self.answers if not same]

    @property
    def confirmed(self) -> set[int]:
        return {other.pk for other, same in self.answers if same}

    @property
    def published(self) -> bool:
        """It is in an approved edition."""
        return any(item.digest.state == DigestState.APPROVED for item in self.items)

    @property
    def original(self) -> Article | None:
        return self.articles[0] if self.articles else None

    @cached_property
    def evidence(self) -> list[dict[str, Any]]:
        return evidence_of(self.original) if self.original else []

    def quotes(self, kind: str) -> list[str]:
        """What the original says for ``kind`` (``deed``, ``sector:y-te``), each wording once."""
        return list(dict.fromkeys(each["quote"] for each in self.evidence if each["for"] == kind))

    def passages(self, kind: str) -> list[tuple[Segment, ...]]:
        """Where the original says so, each wording once, with the words around it."""
        if self.original is None:
            return []
        fields = {name: getattr(self.original, name) for name in ("title", "sapo", "text")}
        first = {each["quote"]: each for each in reversed(self.evidence) if each["for"] == kind}
        return [
            around(fields[each["field"]], Span(each["start"], each["end"], kind))
            for each in reversed(first.values())
        ]

    @property
    def reasons(self) -> list[str]:
        """Slugs of what weighed most in the score, strongest first."""
        return list(self.judged.get("exemplar", {}).get("reasons", []))

    @property
    def awards(self) -> list[dict[str, str]]:
        """``text``, ``level`` and ``to`` of the awards that the original names."""
        return list(self.judged.get("awards", []))

    @cached_property
    def judged(self) -> dict[str, Any]:
        """The machine's opinion of the original."""
        try:
            return self.original.judgement.data if self.original else {}
        except JudgementRecord.DoesNotExist:
            return {}

    def tagged(self, axis: str) -> list[StoryTag]:
        return [tag for tag in self.tags if tag.axis == axis]

    @property
    def sectors(self) -> list[StoryTag]:
        return self.tagged(Axis.SECTOR)

    @property
    def campaigns(self) -> list[StoryTag]:
        return self.tagged(Axis.CAMPAIGN)

    @cached_property
    def draft(self) -> list[SourcedSentence]:
        by_id = {article.pk: article for article in self.articles}
        found = []
        for span in self.story.draft_spans:
            article = by_id.get(span["article"])
            if article is None:
                continue
            text = article.sapo if span["field"] == "sapo" else article.text
            found.append(
                SourcedSentence(
                    span["text"],
                    text[span["start"] : span["end"]],
                    article.pk,
                    None if span["field"] == "sapo" else paragraph_at(text, span["start"]),
                )
            )
        return found

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return check(self.story.summary, source_text(self.articles)).unsupported

    @cached_property
    def calmer(self) -> tuple[Advice, ...]:
        """What exaggerates in our own title and summary, with what to write instead."""
        return calm(f"{self.story.title}\n{self.story.summary}", reference().hype)

    def calmer_of(self, quote: str) -> str:
        """What to write instead of ``quote``; empty when the taxonomy has changed since."""
        advice = calm(quote, reference().hype)
        return advice[0].suggestion if advice else ""

    @property
    def open_item(self) -> DigestItem | None:
        """Its place in a digest that is still being worked on."""
        return next((item for item in self.items if item.digest.state in OPEN), None)


def evidence_of(article: Article) -> list[dict[str, Any]]:
    try:
        data: dict[str, Any] = article.judgement.data
    except JudgementRecord.DoesNotExist:
        return []
    return data.get("evidence", [])  # type: ignore[no-any-return]


def open_digest() -> Digest | None:
    """The digest that work goes into: the newest not yet sent or approved."""
    return Digest.objects.filter(state__in=OPEN).order_by("-week").first()
