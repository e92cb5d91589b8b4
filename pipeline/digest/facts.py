"""Gathers from the store what the checklist judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from pipeline.config.office import Office
from pipeline.digest.checklist import ItemFacts, Problem, check
from pipeline.digest.content import EditionContent
from pipeline.digest.freezing import freeze, freeze_item, items_of
from pipeline.digest.names import Names, load_names
from pipeline.judge.fidelity import checking
from pipeline.store.models import Article, Digest, DigestItem, StoryStatus, Withdrawal


def checklist(
    digest: Digest, office: Office, publish_at: datetime, names: Names | None = None
) -> tuple[EditionContent, tuple[Problem, ...]]:
    """The digest as it would be frozen now for ``publish_at``, and all that is wrong with it."""
    names = names or load_names(settings.HOME)
    content = freeze(digest, office, publish_at, names)
    facts = facts_of(items_of(digest), names)
    return content, check(content, facts, delay=office.source_delay, publish_at=publish_at)


def facts_of(items: Sequence[DigestItem], names: Names) -> tuple[ItemFacts, ...]:
    stories = [item.story_id for item in items]
    withdrawn = set(Withdrawal.objects.filter(story__in=stories).values_list("story_id", flat=True))
    earlier: dict[int, list[int]] = defaultdict(list)
    elsewhere = DigestItem.objects.filter(story__in=stories, digest__editions__isnull=False)
    elsewhere = elsewhere.exclude(digest__in={item.digest_id for item in items})
    for story, number in elsewhere.values_list("story", "digest__editions__number").order_by(
        "digest__editions__number"
    ):
        earlier[story].append(number)
    return tuple(
        ItemFacts(
            content=freeze_item(item, names),
            accepted=item.story.status == StoryStatus.ACCEPTED,
            withdrawn=item.story_id in withdrawn,
            fidelity=checking.check(item.story.summary, source_text(item.story.articles.all())),
            earlier=tuple(earlier[item.story_id]),
            signed=frozenset(signed["code"] for signed in item.signed_warnings),
            initials_for=tuple(item.story.initials_for),
            hide_schools=item.story.hide_schools,
            picture_chosen=item.story.picture_id is not None,
        )
        for item in items
    )


def source_text(articles: Iterable[Article]) -> str:
    """Everything a story's articles say: what a summary's facts must be found in."""
    return "\n".join(
        part for article in articles for part in (article.title, article.sapo, article.text) if part
    )
