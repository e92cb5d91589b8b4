"""An outlet edits a headline and with it the words of the address; the number in it stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from pipeline.group import compare
from pipeline.shapes import ArticleText
from pipeline.store.models import Article, Page
from pipeline.text.urls import numbered_end

HEADLINES_CHANGE_WITHIN = timedelta(days=30)


def renamed(canonical_url: str, source: str, text: ArticleText, now: datetime) -> Article | None:
    """The article that this outlet had under other words and the same number; None if there is
    none. A number may also be a date, so the text must tell it too."""
    end = numbered_end(canonical_url)
    if end is None:
        return None
    # An address is looked through from its end, so only among the articles of the last weeks.
    recent = Article.objects.filter(source=source, found_at__gt=now - HEADLINES_CHANGE_WITHIN)
    for article in recent.filter(canonical_url__endswith=end):
        match = compare(text, article.as_text(text.province))
        same_time = article.published_at is not None and article.published_at == text.published_at
        if match and (same_time or match.kind == "copy"):
            return article
    return None


def file_under(page: Page, article: Article) -> None:
    """Keep the page as one of ``article``'s, so that a rebuild knows which is the newest."""
    if page.canonical_url == article.canonical_url:
        return
    try:
        with transaction.atomic():
            Page.objects.filter(pk=page.pk).update(canonical_url=article.canonical_url)
    except IntegrityError:
        return  # the same bytes are kept there
    page.canonical_url = article.canonical_url
