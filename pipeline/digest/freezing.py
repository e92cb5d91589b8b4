"""From the rows of a digest to the frozen value that channels render."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from pipeline.config.office import Office
from pipeline.digest.content import (
    Campaign,
    EditionContent,
    ItemContent,
    OtherOutlet,
    Picture,
)
from pipeline.digest.names import Names, load_names
from pipeline.shapes import DatePrecision
from pipeline.store.models import Article, Axis, Digest, DigestItem, Edition, Story
from pipeline.text.fold import nfc
from pipeline.text.privacy import published_as
from pipeline.text.urls import public_link


def freeze(
    digest: Digest, office: Office, at: datetime, names: Names | None = None
) -> EditionContent:
    """The digest as it stands, for publication ``at``, with the number that it would get now.
    ``names`` defaults to those of the configured home."""
    names = names or load_names(settings.HOME)
    return EditionContent(
        week=digest.week,
        title=nfc(digest.title),
        intro=nfc(digest.intro),
        closing=nfc(digest.closing),
        office=office.name,
        province=office.province,
        contact=office.contact,
        address=office.address,
        items=tuple(freeze_item(item, names) for item in items_of(digest)),
        frozen_at=at,
        number=next_number(),
        publish_at=at,
    )


def next_number() -> int:
    """Of the edition that is approved next."""
    return (Edition.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def items_of(digest: Digest) -> Sequence[DigestItem]:
    """The items in order, with all that freezing and checking read, in a few queries."""
    return list(
        digest.items.select_related("story__withdrawal", "story__lead", "story__picture")
        .prefetch_related("story__tags", "story__articles")
        .order_by("position", "id")
    )


def freeze_item(item: DigestItem, names: Names) -> ItemContent:
    story = item.story
    original = story.lead
    campaigns = [
        tag.slug for tag in story.tags.all() if tag.axis == Axis.CAMPAIGN and not tag.removed
    ]
    source = original.source if original else ""
    return ItemContent(
        public_id=str(story.public_id),
        headline=published(story, story.headline),
        summary=published(story, story.summary),
        machine_drafted=story.summary_is_machine_drafted,
        outlet=names.outlets.get(source, source),
        outlet_key=source,
        url=public_link(original.url) if original else "",
        author=original.author if original else "",
        published_at=original.published_at if original else None,
        date_precision=DatePrecision(original.date_precision)
        if original and original.date_precision
        else None,
        credit=original.credit if original else "",
        subject=published(story, story.subject),
        kind=story.kind,
        sector=item.section,
        sector_name=names.sectors.get(item.section, ""),
        campaigns=tuple(Campaign(slug, names.campaigns.get(slug, slug)) for slug in campaigns),
        province=story.province,
        commune=story.commune,
        flags=tuple(sorted(story.flags)),
        others=_others(story, original, names),
        picture=_picture(story, names),
    )


def published(story: Story, text: str) -> str:
    """``text`` without the names that its editors do not publish."""
    return published_as(text, story.initials_for, story.hide_schools).strip()


def _picture(story: Story, names: Names) -> Picture | None:
    """None where the outlet has not agreed, or no longer does."""
    article = story.picture
    if article is None or not article.image or article.source not in names.photos:
        return None
    return Picture(article.image["url"], published(story, article.image.get("caption") or ""))


def _others(story: Story, original: Article | None, names: Names) -> tuple[OtherOutlet, ...]:
    """One link per other outlet, in the order they published."""
    found: dict[str, OtherOutlet] = {}
    for article in sorted(
        story.articles.all(), key=lambda each: each.published_at or each.found_at
    ):
        if original is not None and article.source != original.source:
            name = names.outlets.get(article.source, article.source)
            found.setdefault(article.source, OtherOutlet(name, public_link(article.url)))
    return tuple(found.values())
