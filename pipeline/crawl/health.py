"""How a source is doing, in one Vietnamese sentence for the desk and ``sources status``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from pipeline.crawl.spool import FailureKind
from pipeline.text.clock import VIETNAM
from pipeline.text.format import date, number, relative, time

SILENT = timedelta(days=7)
"""A source that answers but has brought nothing new for this long is worth a look."""
LAYOUT_CHANGED = 3
"""Pages in a row on which the selectors found nothing."""

_WHAT = {
    FailureKind.DNS: "Không tìm thấy máy chủ (tên miền không phân giải được)",
    FailureKind.CONNECTION: "Không kết nối được với máy chủ",
    FailureKind.TIMEOUT: "Máy chủ trả lời quá chậm",
    FailureKind.TLS: "Kết nối bảo mật không thành (chứng chỉ hoặc TLS hỏng)",
    FailureKind.PRIVATE_ADDRESS: "Tên miền dẫn tới địa chỉ nội bộ nên không được phép lấy",
    FailureKind.BAD_URL: "Địa chỉ không hợp lệ",
    FailureKind.REDIRECTS: "Trang chuyển hướng vòng quanh",
    FailureKind.ROBOTS: "robots.txt của trang không cho phép lấy",
    FailureKind.ROBOTS_UNREACHABLE: "robots.txt không đọc được nên không được phép lấy",
    FailureKind.REFUSED: "Trang trả về {status}",
    FailureKind.GONE: "Địa chỉ không còn ({status})",
    FailureKind.RATE_LIMITED: "Trang yêu cầu hỏi thưa hơn ({status})",
    FailureKind.HTTP_ERROR: "Máy chủ báo lỗi {status}",
    FailureKind.TOO_LARGE: "Trang lớn quá mức cho phép",
    FailureKind.BAD_ENCODING: "Dữ liệu nhận về bị hỏng",
    FailureKind.UNSAFE_XML: "Nguồn tin XML có khai báo DOCTYPE, không an toàn",
    FailureKind.NOT_A_FEED: "Địa chỉ nguồn tin không phải RSS, Atom hay sơ đồ trang",
    FailureKind.NOT_A_PAGE: "Liên kết bài không dẫn tới trang bài",
    FailureKind.NO_LINKS: "Trang chuyên mục không còn liên kết bài nào",
    FailureKind.ELSEWHERE: "Sơ đồ trang chỉ dẫn tới trang web khác",
    FailureKind.TIME_LIMIT: "Chưa kịp lấy hết trong thời gian cho phép",
    FailureKind.NOT_ASKED: "Tạm dừng hỏi vì trang liên tiếp từ chối",
    FailureKind.UNREADABLE: "Trang bài nặng hoặc hỏng tới mức không đọc được",
    FailureKind.STOPPED: "Tạm dừng giữa lượt vì nhiều trang liền không đọc được",
    FailureKind.BUSY: "Tiến trình khác đang lấy tin ở máy chủ này",
    FailureKind.CRASHED: "Tiến trình lấy tin dừng giữa chừng",
}
_USUAL_STATUS = {
    FailureKind.REFUSED: "403",
    FailureKind.GONE: "404",
    FailureKind.RATE_LIMITED: "429",
    FailureKind.HTTP_ERROR: "5xx",
}


class Health(Protocol):
    """What ``describe`` reads; the store's ``SourceState`` has it."""

    last_started_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    failing_since: datetime | None
    error_kind: str
    error_detail: str
    selector_misses: int
    last_counts: Any
    broken: Any


def is_ailing(state: Health) -> bool:
    """Whether a person should look at it."""
    return bool(state.failing_since or state.broken or state.selector_misses >= LAYOUT_CHANGED)


def describe(state: Health | None, now: datetime) -> str:
    """``Trang trả về 403 từ hôm qua; vẫn lấy được tin từ RSS``."""
    if state is None or state.last_started_at is None:
        return "Chưa lấy lần nào"
    if state.failing_since:
        said = what(state.error_kind, state.error_detail)
        sentence = f"{said} {_since(state.failing_since, now)}"
        return sentence + _still(state, now) + _layout(state)
    parts = []
    newest = state.last_new_at
    if newest is None:
        parts.append("Trả lời bình thường, chưa có bài nào")
    elif now - newest > SILENT:
        parts.append(f"Trả lời bình thường nhưng không có bài mới từ ngày {date(newest)}")
    else:
        parts.append(f"Bình thường; bài mới gần nhất {relative(newest, now)}")
    return "; ".join(parts) + _broken(state, now) + _layout(state)


def _broken(state: Health, now: datetime) -> str:
    """Of several feeds, sitemaps and listings some fail: the oldest trouble is told."""
    rows: Mapping[str, Any] = state.broken or {}
    if not rows:
        return ""
    url, row = min(rows.items(), key=lambda pair: pair[1]["since"])
    said = what(row["kind"], row["detail"])
    since = _since(datetime.fromisoformat(row["since"]), now)
    more = f" (và {number(len(rows) - 1)} địa chỉ khác cũng hỏng)" if len(rows) > 1 else ""
    return f"; riêng {url}: {said[0].lower()}{said[1:]} {since}{more}"


def _layout(state: Health) -> str:
    if state.selector_misses < LAYOUT_CHANGED:
        return ""
    missed = number(state.selector_misses)
    return f"; bố cục trang có thể đã đổi: {missed} bài liền không khớp bộ chọn"


def what(error_kind: str, detail: str) -> str:
    """A ``FailureKind`` in words."""
    try:
        kind = FailureKind(error_kind)
    except ValueError:
        return "Không lấy được tin"
    found = re.search(r"HTTP (\d{3})", detail)
    status = found[1] if found else _USUAL_STATUS.get(kind, "")
    return _WHAT[kind].format(status=status)


def _since(moment: datetime, now: datetime) -> str:
    days = (now.astimezone(VIETNAM).date() - moment.astimezone(VIETNAM).date()).days
    if days <= 0:
        return f"từ {time(moment)} hôm nay"
    return "từ hôm qua" if days == 1 else f"từ ngày {date(moment)}"


def _still(state: Health, now: datetime) -> str:
    counts: Mapping[str, Any] = state.last_counts or {}
    if counts.get("from_feed") and state.error_kind == FailureKind.REFUSED:
        return "; vẫn lấy được tin từ RSS"
    if counts.get("fetched"):
        return "; vẫn lấy được một phần"
    if state.last_success_at is None:
        return "; chưa lần nào lấy được"
    return f"; lần cuối lấy được: {relative(state.last_success_at, now)}"
