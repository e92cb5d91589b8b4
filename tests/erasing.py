"""A story with somebody's name wherever a name can be, and where it still is after an erasure."""

from __future__ import annotations

import zlib

from django.apps import apps

from pipeline import review
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.crawl.spool import FetchedPage
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.ingest.told import item_to_json
from pipeline.publish.outbox import publish_due
from pipeline.report import quarterly
from pipeline.report.names import names_of
from pipeline.report.period import Quarter
from pipeline.review import register, register_keeping
from pipeline.shapes import FeedItem
from pipeline.store.models import (
    Article,
    ArticleVersion,
    Exemplar,
    Link,
    Page,
    PublicRequest,
    Stage,
    Story,
)
from tests.factories import NOW, make_story
from tests.publishing import WEEK, later, people

NAME = "Tẩn Mùi Khé"
"""In no other text of the tests."""
ADDRESS = "https://baomot.example/tan-mui-khe-nuoi-ong-123456.html"
WORDS = ("tẩn mùi khé", "tan mui khe", "tan-mui-khe")
Q4 = Quarter(2026, 4)


def page_of(address: str = ADDRESS) -> FetchedPage:
    body = (
        f"<html><head><title>{NAME} nuôi ong</title></head><body><article><h1>{NAME} nuôi ong</h1>"
        f"<p>Chị {NAME} ở thôn Nậm Hẻn bắt đầu nuôi ong bảy năm trước, với ba đàn trong vườn.</p>"
        "<p>Nay chị dạy nghề cho mười hai nhà trong thôn, mỗi nhà thu bốn mươi lít mật mỗi năm.</p>"
        "</article></body></html>"
    )
    return FetchedPage(
        source="baomot",
        requested_url=address,
        url=address,
        canonical_url=address,
        at=NOW,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        item=FeedItem(address, title=f"{NAME} nuôi ong"),
        body=body.encode(),
    )


def make_known(home: Home) -> Story:
    """A story with her name wherever a name can be: crawled, edited, merged, followed, approved,
    published and reported."""
    office, (editor, chief) = load_office(home.office_file), people()
    story = make_story(title=f"{NAME} nuôi ong", subject=NAME)
    record = page_of()
    page = Page.objects.create(
        source="baomot", url=ADDRESS, canonical_url=ADDRESS, fetched_at=NOW, seen_at=NOW,
        status=200, sha256="0" * 64, body_z=Page.compress(record.body),
    )  # fmt: skip
    assert record.item
    Link.objects.create(
        source="baomot", canonical_url=ADDRESS, url=ADDRESS, found_at=NOW,
        item=item_to_json(record.item), state=Link.State.FETCHED,
    )  # fmt: skip
    article = story.articles.get()
    Article.objects.filter(pk=article.pk).update(
        page=page,
        url=ADDRESS,
        canonical_url=ADDRESS,
        text=f"Chị {NAME} nuôi ong, dạy nghề cho mười hai nhà.",
    )
    ArticleVersion.objects.create(article=article, replaced_at=NOW, title=NAME, text=NAME)
    other = make_story(title=f"Nghề ong của {NAME}", subject=NAME, outlets=["baohai"])
    review.edit(story, editor, NOW, 0, summary=f"Chị {NAME} dạy nghề cho mười hai nhà.")
    story.refresh_from_db()
    story = review.merge([story, other], editor, NOW, {story.pk: story.version, other.pk: 0})
    review.accept(story, editor, NOW)
    exemplar = Exemplar.objects.get()
    profile = register.Profile(NAME, "individual", "Lào Cai", "Nậm Hẻn", f"Chị {NAME}.", None)
    register.describe(exemplar, editor, NOW, exemplar.version, profile)
    register.move(exemplar, editor, NOW, exemplar.version, Stage.NURTURED, f"Thăm nhà {NAME}")
    register_keeping.note(exemplar, editor, NOW, f"{NAME} muốn mở lớp")
    register_keeping.remind(exemplar, editor, NOW, NOW.date(), f"Gọi cho {NAME}")
    PublicRequest.objects.create(
        kind="suggestion", about=NAME, text=NAME, sender=NAME, received_at=NOW, story=story
    )
    PublicRequest.objects.create(
        kind="correction", about=NAME, text=f"{NAME} không dạy", link=ADDRESS, sender="Con gái",
        received_at=NOW, story=story, token="2", outcome=f"Đã gọi cho {NAME}", handled_at=NOW,
    )  # fmt: skip
    make_story(status="accepted", decided_at=NOW, subject="Lò Văn Một", outlets=["baohai"])
    digest = draft_digest(WEEK, office=office, now=NOW)
    approval.submit(digest, editor, NOW, office=office)
    approval.approve(digest, chief, NOW, office, publish_at=NOW)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    quarterly.take(Q4, office, names_of(home), later(days=30))
    return story


def holds(text: str) -> bool:
    return any(word in text.lower() for word in WORDS)


def where_it_is_named(home: Home) -> set[str]:
    """Tables with a row, and files of the home with a line, that still hold her name."""
    found = set()
    for model in apps.get_models():
        for row in model._base_manager.all():
            values = [getattr(row, field.attname) for field in model._meta.concrete_fields]
            plain = [bytes(v) if isinstance(v, (bytes, memoryview)) else v for v in values]
            words = [zlib.decompress(v).decode() if isinstance(v, bytes) else v for v in plain]
            if holds(str(words)):
                found.add(model.__name__)
    for path in home.output_dir.rglob("*"):
        if path.is_file() and holds(path.read_bytes().decode(errors="replace")):
            found.add(path.relative_to(home.root).as_posix())
    journal = home.root / "erasures.jsonl"
    if journal.exists() and holds(journal.read_text()):
        found.add(journal.name)
    return found
