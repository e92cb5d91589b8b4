"""Look-alike article pages: our own texts set in the mark-up of the CMS families outlets use.

``stories/*.yaml`` holds what a reader sees (the expected fields), ``templates/*.html`` the mark-up
of one family each with everything that surrounds an article there: clocks, menus, related boxes,
prompts, adverts and licence lines. Every person and outlet is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import yaml

ROOM = Path(__file__).parent
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 22, 6, 10, tzinfo=LOCAL)
"""What the clocks in the page headers show."""
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
OUTLETS = {
    "baosonganh.example": "Báo Sông Ánh",
    "baocangbien.example": "Báo Cảng Biển",
    "baodongnuoc.example": "Báo Đồng Nước",
    "baocaonguyenxanh.example": "Báo Cao Nguyên Xanh",
    "baonuicao.example": "Báo Núi Cao",
    "en.baonuicao.example": "Nui Cao Newspaper",
    "baodongchiem.example": "Báo Đồng Chiêm",
    "songque.example": "Sống Quê",
    "sonongnghiep.vinhthuy.example": "Sở Nông nghiệp Vĩnh Thủy",
    "langnghe.thanhbinh.example": "Làng nghề Thanh Bình",
    "bacnam.gov.example": "Trang tin Bắc Nam",
    "longmy.vinhthuy.example": "Phường Long Mỹ",
    "nhipsongdat.example": "Nhịp Sống Đất",
    "ptthsongmau.example": "Đài Phát thanh - Truyền hình Sông Mẫu",
    "truyenhinhdaibinh.example": "Truyền hình Đại Bình",
}
ELSEWHERE = ("amp", "army", "jsp", "liferay", "spa", "vnx")
CROSSED = ("onecms-giang-mach", "td-hoa-binh", "epi-emagazine", "wf-standard", "vcc-standard")
_UNSAID: dict[str, dict[str, Any]] = {"jsp": {"tags": []}, "liferay": {"tags": []}}
"""What those templates do not print."""


@dataclass(frozen=True)
class LookAlike:
    """One page and its true fields. ``published`` is a ``date`` where the page shows a day only."""

    id: str
    url: str
    html: str
    title: str
    sapo: str | None
    author: str | None
    published: datetime | date | None
    modified: datetime | None
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    """Captions without their photographer."""
    image: str | None
    image_credit: str | None
    tags: tuple[str, ...]
    credit: str | None
    syndicated: bool
    language: str
    chrome: tuple[str, ...] = field(default=())
    """Texts of this page that belong to no article field."""


def _blocks(body: list[Any], host: str) -> list[dict[str, Any]]:
    blocks = [{"p": item} if isinstance(item, str) else dict(item) for item in body]
    for block in blocks:
        if "img" in block:
            block["src"] = f"https://{host}/upload/2026/{block['img']}"
    return blocks


def _aware(value: datetime | date | None) -> datetime | date | None:
    return value.replace(tzinfo=LOCAL) if isinstance(value, datetime) else value


def _paragraphs(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        yield from (block[key] for key in ("p", "h", "quote", "who") if key in block)


@cache
def _environment() -> jinja2.Environment:
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOM / "templates"), autoescape=True, trim_blocks=False
    )
    room.filters["at"] = lambda moment, form: moment.strftime(form)
    room.filters["weekday"] = lambda moment: WEEKDAYS[moment.weekday()]
    room.filters["epoch"] = lambda moment: int(moment.timestamp())
    room.filters["utc"] = lambda moment: moment.astimezone(UTC).isoformat()
    room.filters["us"] = lambda moment: (
        f"{moment.month}/{moment.day}/{moment.year} {moment.strftime('%I').lstrip('0')}"
        f"{moment.strftime(':%M:%S %p')}"
    )
    return room


def look_alikes() -> list[LookAlike]:
    """Every page of ``stories/`` in its own template."""
    return [_page(story) for story in _stories()]


def crossed() -> list[LookAlike]:
    """Some of the stories in templates that none has for its own."""
    stories = {story["id"]: story for story in _stories()}
    return [
        _page(
            {
                **stories[name],
                "id": f"{template}: {name}",
                "template": template,
                **_unsaid(template),
            }
        )
        for template in ELSEWHERE
        for name in CROSSED
    ]


def _unsaid(template: str) -> dict[str, Any]:
    return {"modified": None, "metadata_zulu": False, **_UNSAID.get(template, {})}


def _stories() -> Iterator[dict[str, Any]]:
    for path in sorted((ROOM / "stories").glob("*.yaml")):
        yield from yaml.safe_load(path.read_text("utf-8"))


def _page(story: dict[str, Any]) -> LookAlike:
    room = _environment()
    module: Any = room.get_template("chrome.html").module
    host = re.sub(r"^https?://([^/]+).*", r"\1", story["url"])
    blocks = _blocks(story["body"], host)
    images = [block for block in blocks if "img" in block]
    lead = images[0] if images else None
    published, modified = _aware(story["published"]), _aware(story.get("modified"))
    number = "".join(re.findall(r"\d", story["url"]))[-6:]
    surroundings = {"site": OUTLETS[host], "number": number, "language": "vi", **story}
    html = room.get_template(f"{story['template']}.html").render(
        page=surroundings,
        blocks=blocks,
        lead=lead,
        published=published,
        modified=modified,
        minute=isinstance(published, datetime),
        now=NOW,
    )
    related = [title for block in blocks for title in block.get("related", ())]
    return LookAlike(
        id=story["id"],
        url=story["url"],
        html=html,
        title=story["title"],
        sapo=story["sapo"],
        author=story["author"],
        published=published,
        modified=modified if isinstance(modified, datetime) else None,
        paragraphs=tuple(_paragraphs(blocks)),
        captions=tuple(block["cap"] for block in images),
        image=lead["src"] if lead else None,
        image_credit=lead["by"] if lead else None,
        tags=tuple(story["tags"]),
        credit=story.get("credit"),
        syndicated=story.get("syndicated", False),
        language=story.get("language", "vi"),
        chrome=(*module.sections, *module.elsewhere, *related, *CHROME),
    )


CHROME = (
    "Chia sẻ", "Gửi email", "Cỡ chữ", "In bài viết", "Ý kiến bạn đọc", "Gửi bình luận",
    "Hãy là người đầu tiên", "Bình luận của bạn", "Quảng cáo", "Giấy phép", "Tổng Biên tập",
    "Ghi rõ nguồn", "Lượt truy cập", "Tin liên quan", "Đọc thêm", "Xem thêm", "ĐỌC NGAY",
    "Từ khóa", "TAGS", "Tags:", "Tin cùng chuyên mục", "Các tin khác", "giờ trước", "Cách đây",
    "lượt xem", "Thiết kế:", "Trình bày:", "Kỹ thuật, đồ họa", "Bài, ảnh", "Bài và ảnh",
    "Đăng bởi", "Sửa lúc", "Lịch phát sóng", "Trình duyệt của bạn", "Đang tải", "Không thể phát",
    "Bạn đã không sử dụng", "Đánh giá bài viết", "Những tin", "Bài viết này được đăng", "Viết bởi",
    "Quay lại", "Thăm dò", "Tác giả:", "Nguồn tin", "Danh mục:", "Về đầu trang", "Email của bạn",
)  # fmt: skip
"""Beginnings of prompts, labels and credits that no paragraph of an article holds."""
