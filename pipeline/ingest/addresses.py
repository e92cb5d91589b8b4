"""One article, several addresses: what its page states, where that answered, where it was asked
for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pipeline.store.models import Article, ArticleAddress
from pipeline.text.urls import same_address


def known_at(addresses: Sequence[str]) -> Article | None:
    """The article that one of ``addresses`` names, or whose page was asked for at the last."""
    named = {
        each.canonical_url: each for each in Article.objects.filter(canonical_url__in=addresses)
    }
    for address in addresses:
        if address in named:
            return named[address]
    return Article.objects.filter(page__canonical_url=addresses[-1]).first()


def found_also_at(article: Article, addresses: Sequence[str]) -> bool:
    """Note them, so that an erasure finds what was crawled there. False: the article has just been
    erased."""
    own = same_address(article.canonical_url)
    others = {each for each in addresses if same_address(each) != own}
    noted = article.addresses.filter(canonical_url__in=others) if others else ()
    fresh = others - {each.canonical_url for each in noted}
    if not fresh:
        return True
    with transaction.atomic():
        if not Article.objects.select_for_update(no_key=True).filter(pk=article.pk).exists():
            return False
        rows = [ArticleAddress(article=article, canonical_url=each) for each in sorted(fresh)]
        ArticleAddress.objects.bulk_create(rows, ignore_conflicts=True)
    return True
