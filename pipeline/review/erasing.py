"""Taking the words of a story out of the database for good, on the request of whoever it was about.

What goes is who and what: raw pages, articles, judgements, the words of machine and people, and the
profile in the register when the story was all there was of it. What stays is that there was a story
of that sector and commune, found and decided then: figures once reported stay true. The law lets an
office keep who was rewarded (Law 91/2025/QH15: what another law has it keep), so a profile with an
award stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from pipeline.review import public_requests
from pipeline.review.register import family
from pipeline.store import searching
from pipeline.store.models import (
    Adoption,
    Article,
    ArticleAddress,
    AwardState,
    Correction,
    CriterionAnswer,
    DigestItem,
    DigestNote,
    DigestState,
    Exemplar,
    ExemplarAward,
    FollowUp,
    Link,
    Page,
    PublicRequest,
    QuarterReport,
    RegisterNote,
    RequestKind,
    Restoration,
    StageChange,
    Story,
    StoryPlace,
    StoryRevision,
    StoryStatus,
    User,
    Withdrawal,
)
from pipeline.text.urls import address_marks, canonical_url, either_scheme

STORY, EXEMPLAR = "Tin đã xóa khỏi kho", "Gương đã xóa khỏi sổ"
"""What stands where a name stood."""
REASON = "Xóa khỏi kho theo yêu cầu"
"""What stands where somebody gave a reason to take the story back."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Taken:
    articles: int
    pages: int
    exemplars: int
    """Profiles of the register that went with the story."""


def merged_with(story: Story) -> list[Story]:
    """``story`` and all that were merged into it."""
    found, fresh = [], [story.pk]
    while fresh:
        rows = list(Story.every.filter(pk__in=fresh).order_by("pk"))
        found += rows
        fresh = list(Story.every.filter(merged_into__in=rows).values_list("pk", flat=True))
    return found


def profiles(stories: Sequence[Story]) -> tuple[list[Exemplar], list[Exemplar]]:
    """Profiles of the register about ``stories`` and no other: those that go with them, and those
    that stay because an award was given."""
    go: list[Exemplar] = []
    stay: list[Exemplar] = []
    known = Exemplar.objects.filter(stories__in=stories).exclude(name=EXEMPLAR).order_by("pk")
    for exemplar in dict.fromkeys(each.standing for each in known):
        keys = family(exemplar)
        others = Story.every.filter(exemplar__in=keys, erasure=None).exclude(pk__in=_keys(stories))
        if others.exists():
            continue
        given = ExemplarAward.objects.filter(exemplar__in=keys).exclude(state=AwardState.REFUSED)
        (stay if given.exists() else go).append(exemplar)
    return go, stay


def sweep() -> int:
    """Profiles that stayed when their story was erased, for the sake of an award or of another
    story, and have neither any more. Returns how many went."""
    erased = Exemplar.objects.filter(stories__erasure__isnull=False).exclude(name=EXEMPLAR)
    going, _staying = profiles(list(Story.every.filter(exemplar__in=erased, erasure__isnull=False)))
    for exemplar in going:
        with transaction.atomic():
            _blank_profile(family(exemplar))
            _blank_reports(set(), _public_ids([exemplar]))
    return len(going)


def addresses_of(stories: Sequence[Story]) -> set[str]:
    """Canonical addresses, with either scheme, under which articles of ``stories`` are known."""
    known: set[str] = set()
    rows = Article.objects.filter(story__in=stories)
    fields = ("canonical_url", "url", "page__canonical_url", "addresses__canonical_url")
    for canonical, asked, *others in rows.values_list(*fields):
        known |= {canonical, canonical_url(asked), *filter(None, others)}
    # Each page fetched under a name that its outlet has changed since is kept under the first one.
    pages = Page.objects.filter(canonical_url__in=known)
    known |= {canonical_url(url) for url in pages.values_list("url", flat=True)}
    return {each for url in known for each in either_scheme(url)}


def take_out(stories: Sequence[Story], by: User | None, at: datetime) -> Taken:
    """Erase ``stories``, locked by the caller in its transaction, and all that hangs on them."""
    if connection.vendor == "sqlite":  # or the words would stay in the file's free pages
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    going, _staying = profiles(stories)
    addresses = addresses_of(stories)
    articles, _by_model = Article.objects.filter(story__in=stories).delete()
    pages = forget(addresses)
    _blank_stories(stories)
    _blank_digests(stories)
    _blank_requests(stories, by, at)
    for exemplar in going:
        _blank_profile(family(exemplar))
    _blank_reports({str(each.public_id) for each in stories}, _public_ids(going))
    for model in (Withdrawal, Restoration):
        model.objects.filter(story__in=stories).update(reason=REASON)
    searching.forget()
    return Taken(articles, pages, len(going))


def forget(addresses: Collection[str]) -> int:
    """Delete what crawling left at these addresses. Returns how many raw pages that were."""
    pages, ordered = 0, sorted(addresses)
    for first in range(0, len(ordered), _AT_ONCE):
        some = ordered[first : first + _AT_ONCE]
        pages += Page.objects.filter(canonical_url__in=some).delete()[0]
        Link.objects.filter(canonical_url__in=some).delete()
    return pages


def marked(marks: Collection[str]) -> set[str]:
    """Which addresses a database has that bear ``marks``. It reads all: for a database that is
    older than the marks."""
    known = set(marks)
    return {
        url
        for model in (Article, ArticleAddress, Page, Link)
        for url in model.objects.values_list("canonical_url", flat=True).iterator()
        if not known.isdisjoint(address_marks(url))
    }


def _keys(stories: Sequence[Story]) -> list[int]:
    return [story.pk for story in stories]


def _public_ids(exemplars: Iterable[Exemplar]) -> set[str]:
    keys = [pk for exemplar in exemplars for pk in family(exemplar)]
    rows = Exemplar.objects.filter(pk__in=keys)
    return {str(each) for each in rows.values_list("public_id", flat=True)}


def _blank_stories(stories: Sequence[Story]) -> None:
    rows = Story.every.filter(pk__in=_keys(stories))
    StoryRevision.objects.filter(story__in=stories).delete()
    StoryPlace.objects.filter(story__in=stories).update(text="")
    rows.filter(status=StoryStatus.NEW).update(label="no")  # nobody is asked to decide about it
    rows.update(
        title=STORY,
        subject="",
        subject_key="",
        draft_summary="",
        draft_spans=[],
        flags=[],
        reject_reason="",
        edited_title="",
        edited_summary="",
        initials_for=[],
        search_text="",
        version=F("version") + 1,
    )


def _blank_requests(stories: Sequence[Story], by: User | None, at: datetime) -> None:
    """Who suggested it goes too. Who complained or asked for this is still to be answered, and
    proves that it was asked for: that goes with the request's own time."""
    rows = PublicRequest.objects.filter(story__in=stories)
    for row in rows.filter(kind=RequestKind.SUGGESTION):
        public_requests.erase(row, by, at)
    rows.update(about=STORY, text="", link="", outcome="")


def _blank_digests(stories: Sequence[Story]) -> None:
    """Out of drafts; of a digest that went out, what was noted about them."""
    items = DigestItem.objects.filter(story__in=stories)
    DigestNote.objects.filter(Q(item__in=items) | Q(story__in=stories)).update(text="")
    items.exclude(digest__state=DigestState.APPROVED).delete()
    for item in items:
        item.signed_warnings = [{**each, "why": ""} for each in item.signed_warnings]
        item.save(update_fields=["signed_warnings"])


def _blank_profile(keys: list[int]) -> None:
    Exemplar.objects.filter(pk__in=keys).update(
        name=EXEMPLAR, portrait="", search_text="", version=F("version") + 1
    )
    fields: dict[Any, dict[str, str]] = {
        RegisterNote: {"text": ""},
        FollowUp: {"text": ""},
        StageChange: {"why": ""},
        CriterionAnswer: {"note": ""},
        Adoption: {"unit": "", "source": ""},
        ExemplarAward: {"title": "", "decision": ""},
        Correction: {"text": "", "reason": ""},
    }
    for model, blank in fields.items():
        model.objects.filter(exemplar__in=keys).update(**blank)


def _blank_reports(stories: set[str], exemplars: set[str]) -> None:
    """Frozen figures stay; what the lists behind them called people does not."""
    for report in QuarterReport.objects.all():
        told, proposals = report.figures["stories"], report.figures["proposals"]
        for key in stories & told.keys():
            told[key] |= {"headline": STORY, "subject": "", "url": ""}
        for each in proposals:
            if each["id"] in exemplars:
                each["name"] = EXEMPLAR
        QuarterReport.objects.filter(pk=report.pk).update(figures=report.figures)
