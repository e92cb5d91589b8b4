"""Soft 404s: pages that answer 200 and yet say, or show by where they send us, that the article
is gone. Many portals do one or the other; neither may become an article or count as still there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from pipeline.extract.blocks import Block, read_blocks
from pipeline.extract.charset import decode
from pipeline.extract.chrome import Zones, is_prose
from pipeline.extract.metadata import read_metadata
from pipeline.extract.tree import parse
from pipeline.text.fold import fold

FRONT = re.compile(
    r"^/?(?:(?:vi|vn|vi-vn|en)/?)?"
    r"(?:index\.(?:html?|php|aspx|jsp)|trang-chu(?:\.(?:html?|aspx))?|default\.aspx|home)?/?$",
    re.IGNORECASE,
)
"""Paths of front pages."""
_ERROR_PATH = re.compile(
    r"(?:^|[/_-])(?:404|error|errors|not-?found|page-?not-?found|loi|bao-loi|khong-tim-thay"
    r"|khong-ton-tai)(?:\.\w{2,5})?(?:/|$)",
    re.IGNORECASE,
)
_THING = r"(?:trang(?: web| tin)?|bài (?:viết|báo|đăng)|bài|nội dung|tin(?: tức| bài)?|bản tin"
_THING += r"|liên kết|đường (?:dẫn|link)|địa chỉ(?: trang)?|chuyên mục|url|link)"
_ASKED = (
    r"(?: (?:này|mà|bạn|quý (?:vị|khách|độc giả|bạn đọc)|độc giả|đang|vừa|cần|muốn|đã|được|theo"
    r"|yêu cầu|tìm(?: kiếm)?|truy cập|xem|đọc|nhập|có thể|hiện(?: tại| nay)?|rất tiếc|xin lỗi))*"
)
_GONE = (
    r"(?:không (?:còn )?(?:tồn tại|tìm thấy|được tìm thấy|có sẵn|khả dụng|hợp lệ|truy cập được)"
    r"|(?:đã )?(?:bị|được) (?:xóa|gỡ|di chuyển|chuyển|thu hồi|đổi|ẩn|khóa|hạ)"
    r"|đã (?:xóa|gỡ|hết hạn|thay đổi)|chưa được (?:xuất bản|đăng)|không có(?=\W*$))"
)
_MORE = (
    r"(?:\s*[.!,;|–—-]\s?.{0,90}"
    r"|\s(?:hoặc|hay|và|khỏi|bỏ|sang|trên|trong hệ|vĩnh viễn|nữa|đã|ở đây|tại).{0,90})?"
)
_SAYS = re.compile(
    r"^\W*(?:(?:lỗi|error|oops|ôi|rất tiếc|xin lỗi|thông báo|cảnh báo|404)\W*)*"
    rf"(?:{_THING}{_ASKED}\s*,?\s*{_GONE}{_MORE}"
    rf"|(?:chúng tôi |hệ thống )?không (?:tìm thấy|tồn tại|có)"
    rf"(?: được)? {_THING}(?:\W*$|[.,!]|{_ASKED}\W*(?:trong hệ thống)?\W*$)"
    r"|(?:the )?(?:page|article|content)(?: you (?:requested|are looking for|were looking for))?"
    r" (?:(?:was|is|could|cannot|can't)\b.{0,20})?(?:not (?:be )?found|no longer (?:exists?"
    r"|available)|does(?: not|n't) exist)\b.{0,60}"
    r"|not found|file not found)\W*$"
)
_CODE = re.compile(r"^\W*(?:(?:lỗi|error|http)\W*)*(?:404|410)\b(?!\s*(?:ha|tỷ|triệu|người|km))")
_LONGEST = 200
_ENOUGH = 400
"""Characters of running text with which a page is an article, whatever a box on it says."""


def soft_missing(
    body: bytes,
    *,
    url: str,
    final_url: str | None = None,
    headers: Mapping[str, str] | None = None,
    title: str | None = None,
) -> str | None:
    """Why a page that answered 200 is not the article any more; None when it may be.

    Args:
        body: the page as fetched; only the redirect is judged when it is empty.
        url: the address of the article.
        final_url: where redirects ended.
        headers: of the response; only ``Content-Type`` is read.
        title: the article's headline; while the page shows it, the article stands.
    """
    if final_url and (reason := sent_away(url, final_url)):
        return reason
    try:
        tree = parse(decode(body, headers))
    except ValueError:
        return None
    data = read_metadata(tree)
    blocks = read_blocks(tree)
    if title and any(fold(block.text) == fold(title) for block in blocks):
        return None
    heading = next((block.text for block in blocks if block.heading), "")
    size = sum(len(block.text) for block in blocks if is_prose(block))
    if size < _ENOUGH and (line := next(filter(says_missing, (data.title, heading)), None)):
        return f"an error page: {line[:80]}"
    return says_gone(blocks, size)


def sent_away(url: str, final_url: str) -> str | None:
    """Where else than to an article a redirect led: front page, error page, a section of it."""
    asked, ended = (unquote(urlsplit(one).path) for one in (url, final_url))
    if asked.rstrip("/") == ended.rstrip("/"):
        return None
    if _ERROR_PATH.search(ended):
        return "redirected to an error page"
    if FRONT.match(ended) and not FRONT.match(asked):
        return "redirected to the front page" if not urlsplit(final_url).query else None
    section = re.sub(r"\.(?:html?|aspx|php)$", "", ended.lower()).rstrip("/")
    # Some systems drop the words of an address and keep its number: that is the article still.
    if asked.lower().startswith(section + "/") and not re.search(r"\d", section):
        return "redirected to a section page"
    return None


def says_missing(line: str) -> bool:
    """Whether a line says, and says nothing else, that a page is not there."""
    folded = fold(line)
    return len(line) <= _LONGEST and bool(_SAYS.match(folded) or _CODE.match(folded))


def says_gone(blocks: Sequence[Block], size: int) -> str | None:
    """The line by which a page says that what was asked for is gone, in words for the desk.

    Above all running text it counts; further down, as in a box, only where there is next to no
    text: ``size`` in characters.
    """
    is_above = True
    for block in blocks:
        if is_prose(block):
            is_above = is_above and says_missing(block.text)
        if not (is_above or size < _ENOUGH):
            return None
        if block.kind != "text" or block.links > len(block.text) / 2:
            continue
        if says_missing(block.text) and not Zones(blocks).in_chrome(block):
            return f"an error page: {block.text[:80]}"
    return None
