"""The weekly cycle on the demo newspapers, through the functions that desk and commands use."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.crawl.run import CrawlEvent
from pipeline.digest.approval import (
    approve,
    checklist,
    edit_text,
    remove_item,
    sign_warning,
    submit,
)
from pipeline.digest.drafting import draft_digest
from pipeline.ingest import crawl_sources
from pipeline.publish.channels import CHANNELS
from pipeline.publish.outbox import publish_due
from pipeline.review.decisions import accept, hold
from pipeline.store.models import (
    Article,
    Delivery,
    DeliveryState,
    Digest,
    DigestItem,
    DigestState,
    JudgementRecord,
    Story,
    StoryStatus,
    User,
)
from pipeline.text.clock import iso_week, utc_now

NEEDS_A_PERSON = frozenset({"minor", "health", "hype", "advert"})
"""Flags of stories that a script must not decide about: they are held."""
WARNINGS_WE_SAW = frozenset({"flag:poverty", "flag:syndicated"})
"""The scripted editor signs for these in the demo's own articles: we wrote them and looked."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one crawl round brought."""

    found: int
    fetched: int
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the home holds now."""

    articles: int
    exemplars: int
    stories: int
    digest_items: int
    deliveries: int

    @classmethod
    def take(cls) -> Counts:
        return cls(
            articles=Article.objects.count(),
            exemplars=JudgementRecord.objects.filter(label="yes").count(),
            stories=Story.objects.count(),
            digest_items=DigestItem.objects.count(),
            deliveries=Delivery.objects.filter(state=DeliveryState.SENT).count(),
        )

    def since(self, before: Counts) -> Counts:
        earlier = asdict(before)
        return Counts(**{key: value - earlier[key] for key, value in asdict(self).items()})


def collect(
    home: Home, office: Office, on_event: Callable[[CrawlEvent], None] | None = None
) -> Found:
    """Crawl the demo newspapers once: pages, articles, judgements, stories."""
    rounds = crawl_sources(home, office, now=utc_now(), allow_private=True, on_event=on_event)
    return Found(
        found=sum(count.found for count in rounds),
        fetched=sum(count.fetched for count in rounds),
        errors=tuple(
            f"{error['kind']}: {error['url']}: {error['detail']}"
            for count in rounds
            for error in count.errors
        ),
    )


def draft(office: Office, week: str | None = None) -> Digest:
    """The digest of ``week`` (this one), as the schedule would draft it."""
    now = utc_now()
    return draft_digest(week or iso_week(now), office=office, now=now)


def triage(editor: User, now: datetime) -> None:
    """Accept what the machine calls an exemplar; hold what a person must look at."""
    for story in Story.objects.filter(status=StoryStatus.NEW, label="yes").order_by("-score"):
        decide = hold if NEEDS_A_PERSON & set(story.flags) else accept
        decide(story, editor, now)


def publish_as_two_people(
    home: Home, office: Office, week: str | None = None, signed: Collection[str] = ()
) -> None:
    """The week as Lan Anh and Thu Hà would work it, without a shortcut: triage, draft, sign for the
    warnings ``signed``, take out what the checklist still stops, submit; another person approves;
    then what is due is sent.

    Raises:
        NotAllowed: a rule of the office refuses a step.
    """
    editor, chief = User.objects.get(username="lananh"), User.objects.get(username="thuha")
    triage(editor, utc_now())
    digest = draft(office, week)
    if digest.state in (DigestState.DRAFT, DigestState.RETURNED):
        _keep_what_may_go(digest, editor, office, signed)
        if digest.items.exists():
            intro = "Những con người bình dị, việc làm có thật trong tuần qua."
            edit_text(digest, editor, utc_now(), intro=intro)
            submit(digest, editor, utc_now(), office=office, publish_at=utc_now())
    if digest.state == DigestState.SUBMITTED:
        now = utc_now()
        approve(digest, chief, now, office, publish_at=now)
    publish_due(office=office, home=home, now=utc_now())


def unsent(office: Office) -> list[str]:
    """What did not go out, a line each: deliveries not sent, and enabled channels for which nothing
    was even planned. A letter without a story of its reader's choice is rightly not sent."""
    planned = set(Delivery.objects.values_list("channel", flat=True))
    lines = [
        f"{name}: no delivery"
        for name, channel in CHANNELS.items()
        if channel.enabled(office) and name not in planned
    ]
    rest = Delivery.objects.exclude(state__in=(DeliveryState.SENT, DeliveryState.DROPPED))
    lines += [f"{row.channel}: {row.state}: {row.detail}" for row in rest.order_by("id")]
    return lines


def _keep_what_may_go(
    digest: Digest, editor: User, office: Office, signed: Collection[str]
) -> None:
    _content, problems = checklist(digest, office, utc_now())
    for item in digest.items.select_related("story"):
        stops = {
            problem.code
            for problem in problems
            if problem.stops and problem.item == str(item.story.public_id)
        }
        if stops <= set(signed):
            for code in sorted(stops):
                sign_warning(digest, editor, utc_now(), item, code, "Đã xem lại với bài gốc")
        else:
            remove_item(digest, editor, utc_now(), item)
