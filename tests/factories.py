"""Stories, articles and judgements for tests: our own words, fictional people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from pipeline.ingest.stories import search_text
from pipeline.store.models import (
    Article,
    Axis,
    JudgementRecord,
    Origin,
    Role,
    Story,
    StoryPlace,
    StoryTag,
    User,
)

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""Friday 20 November 2026, 10:00 in Viet Nam."""
PASSWORD = "bep-lua-hong-2026"
TEXT = (
    "Bảy năm trước, chị Lò Thị Mây ở thôn Nậm Hẻn bắt đầu nuôi bảy con lợn đen.\n"
    "Chị mở lớp dạy ủ men lá cho 31 phụ nữ trong thôn, không thu tiền của ai.\n"
    "Đến nay tổ hợp tác bán 45 tấn thịt mỗi năm, 19 hộ đã thoát nghèo.\n"
    "Tháng trước chị được Hội Nông dân tỉnh tặng Bằng khen."
)
SUBJECT, DEED = "Lò Thị Mây", "mở lớp dạy ủ men lá cho 31 phụ nữ"
RESULT, AWARD = "45 tấn thịt mỗi năm", "Bằng khen"
_numbers = count(1)


def make_user(username: str = "lananh", role: Role = Role.EDITOR, **fields: Any) -> User:
    fields.setdefault("full_name", {"lananh": "Lan Anh", "thuha": "Thu Hà"}.get(username, username))
    return User.objects.create_user(username=username, password=PASSWORD, role=role, **fields)


def evidence(for_: str, quote: str, text: str = TEXT, field: str = "text") -> dict[str, Any]:
    start = text.index(quote)
    return {
        "for": for_,
        "field": field,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
    }


def make_article(story: Story, source: str, **fields: Any) -> Article:
    number = next(_numbers)
    values: dict[str, Any] = {
        "source": source,
        "url": f"http://{source}.example/bai-{number}.html",
        "canonical_url": f"http://{source}.example/bai-{number}.html",
        "title": story.title,
        "sapo": "Từ bảy con lợn đen, một phụ nữ dựng nên tổ hợp tác của cả thôn.",
        "text": TEXT,
        "author": "Minh Trang",
        "published_at": story.published_at,
        "date_precision": "minute",
        "extractor": "selectors",
        "confidence": 0.9,
        "content_hash": f"{number:064d}",
        "found_at": story.found_at,
        "updated_at": story.found_at,
    }
    article = Article.objects.create(story=story, **{**values, **fields})
    spans = (("subject", SUBJECT), ("deed", DEED), ("result", RESULT), ("award", AWARD))
    JudgementRecord.objects.create(
        article=article,
        label=story.label,
        score=story.score,
        version="test",
        judged_at=story.found_at,
        data={
            "exemplar": {
                "label": story.label,
                "score": story.score,
                "kind": story.kind,
                "subject": story.subject,
                "reasons": [kind for kind, _ in spans],
            },
            **{key: [] for key in ("sectors", "campaigns", "people", "organisations", "awards")},
            "places": [],
            "flags": [],
            "version": "test",
            "evidence": [
                evidence(kind, quote, article.text)
                for kind, quote in spans
                if quote in article.text
            ],
        },
    )
    return article


def make_story(**fields: Any) -> Story:
    """A story as ingest leaves it: one article (or one per key in ``outlets``), judged, tagged."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"Người nuôi lợn đen số {number} ở Nậm Hẻn",
        "score": 0.92,
        "label": "yes",
        "kind": "individual",
        "subject": SUBJECT,
        "draft_summary": (
            "Chị Lò Thị Mây mở lớp dạy ủ men lá cho 31 phụ nữ. Tổ hợp tác bán 45 tấn thịt mỗi năm."
        ),
        "province": "Lào Cai",
        "commune": "Nậm Hẻn",
        "outlets": ["baomot"],
        "published_at": NOW - timedelta(days=2),
        "found_at": NOW - timedelta(days=2) + timedelta(minutes=20),
    }
    sectors = fields.pop("sectors", ["nong-nghiep-nong-thon"])
    campaigns = fields.pop("campaigns", [])
    story = Story(**{**values, **fields})
    story.save()
    articles = [make_article(story, source) for source in story.outlets]
    story.lead = articles[0] if articles else None
    story.save()
    if "draft_summary" not in fields:
        _add_spans(story, articles[0])
    for axis, slugs in ((Axis.SECTOR, sectors), (Axis.CAMPAIGN, campaigns)):
        for slug in slugs:
            StoryTag.objects.create(
                story=story, axis=axis, slug=slug, score=0.8, origin=Origin.MACHINE
            )
    StoryPlace.objects.create(
        story=story,
        text="Nậm Hẻn",
        province=story.province,
        commune=story.commune,
        as_of="new",
        origin=Origin.MACHINE,
    )
    story.search_text = search_text(story, articles, _Outlets())
    story.save(update_fields=["search_text"])
    return story


class _Outlets:
    def province_of(self, source: str) -> str | None:
        return None

    def outlet_name(self, source: str) -> str:
        return source


def _add_spans(story: Story, article: Article) -> None:
    """Where the sentences of the factory's own summary come from."""
    story.draft_spans = [
        {
            "text": sentence,
            "field": "text",
            "start": TEXT.index(quote),
            "end": TEXT.index(quote) + len(quote),
            "article": article.pk,
        }
        for sentence, quote in (
            ("Chị Lò Thị Mây mở lớp dạy ủ men lá cho 31 phụ nữ.", DEED),
            ("Tổ hợp tác bán 45 tấn thịt mỗi năm.", RESULT),
        )
    ]
    story.save(update_fields=["draft_spans"])
