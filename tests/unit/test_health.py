from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.crawl.health import describe
from pipeline.crawl.spool import FailureKind

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 10:00 in Viet Nam
TODAY = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # 06:30 in Viet Nam: already today there
YESTERDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@dataclass
class State:
    last_started_at: datetime | None = NOW
    last_success_at: datetime | None = YESTERDAY
    last_new_at: datetime | None = YESTERDAY
    failing_since: datetime | None = None
    error_kind: str = ""
    error_detail: str = ""
    selector_misses: int = 0
    last_counts: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (None, "Chưa lấy lần nào"),
        (State(last_started_at=None), "Chưa lấy lần nào"),
        (State(), "Bình thường; bài mới gần nhất hôm qua 09:00"),
        (State(last_new_at=None), "Trả lời bình thường, chưa có bài nào"),
        (
            State(last_new_at=LONG_AGO),
            "Trả lời bình thường nhưng không có bài mới từ ngày 02/11/2026",
        ),
        (
            State(selector_misses=3),
            "Bình thường; bài mới gần nhất hôm qua 09:00; bố cục trang có thể đã đổi: "
            "3 bài liền không khớp bộ chọn",
        ),
        (
            State(
                failing_since=YESTERDAY,
                error_kind="refused",
                error_detail="HTTP 403",
                last_counts={"from_feed": 4},
            ),
            "Trang trả về 403 từ hôm qua; vẫn lấy được tin từ RSS",
        ),
        (
            State(
                broken={
                    "https://bao.vn/b.rss": {
                        "since": TODAY.isoformat(),
                        "kind": "not_a_feed",
                        "detail": "",
                    },
                    "https://bao.vn/a.rss": {
                        "since": YESTERDAY.isoformat(),
                        "kind": "gone",
                        "detail": "HTTP 410",
                    },
                }
            ),
            "Bình thường; bài mới gần nhất hôm qua 09:00; riêng https://bao.vn/a.rss: "
            "địa chỉ không còn (410) từ hôm qua (và 1 địa chỉ khác cũng hỏng)",
        ),
        (
            State(failing_since=TODAY, error_kind="http_error", error_detail="HTTP 502"),
            "Máy chủ báo lỗi 502 từ 06:30 hôm nay; lần cuối lấy được: hôm qua 09:00",
        ),
        (
            State(failing_since=YESTERDAY, error_kind="refused", selector_misses=4, last_counts={}),
            "Trang trả về 403 từ hôm qua; lần cuối lấy được: hôm qua 09:00; "
            "bố cục trang có thể đã đổi: 4 bài liền không khớp bộ chọn",
        ),
        (
            State(failing_since=LONG_AGO, error_kind="dns", last_success_at=None),
            "Không tìm thấy máy chủ (tên miền không phân giải được) từ ngày 02/11/2026; "
            "chưa lần nào lấy được",
        ),
    ],
)
def test_one_plain_sentence(state: State | None, sentence: str) -> None:
    assert describe(state, NOW) == sentence


@pytest.mark.parametrize("kind", [*FailureKind, "unheard-of", ""])
def test_every_kind_of_failure_has_words(kind: str) -> None:
    sentence = describe(State(failing_since=NOW - timedelta(days=3), error_kind=kind), NOW)
    assert "từ ngày 19/11/2026" in sentence
    assert "{" not in sentence
