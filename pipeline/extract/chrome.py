"""Telling the article from the page around it: menus, related lists, share bars, prompts.

By what elements are called, by their links, and by the words of a line. Every rule on names is
guarded by ``Zones``: an element that holds most of the page's prose is no chrome, however named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.tree import ancestors, called
from pipeline.text.fold import fold

_CHROME_TAGS = frozenset(("nav", "footer", "aside", "header"))
_CHROME_LABEL = re.compile(
    r"(?:^|[\s_-])(?:"
    r"(?:\w*related\w*|relate|lien-?quan|tin-?(?:khac|moi|cung|doc|lien)\w*|cung-?(?:chuyen"
    r"|muc)\w*)"
    r"|(?:doc|xem)-?nhieu|most-?\w+|popular|trending|hot-?news|other-?\w*|\w+-other|same-?\w+"
    r"|suggest\w*|recommend\w*|read-?more|see-?more|xem-?them|more-?news|box-?news|news-?list"
    r"|list-?news|tin-?tuc-?khac|may-?like|interest\w*"
    r"|shar(?:e|es|ing)\w*|social\w*|sharelike|zalo\w*|facebook\w*|fb|fb-\w+|like|likes|follow\w*"
    r"|addthis\w*|plugin\w*|subscribe\w*|newsletter\w*"
    r"|comments?|\w+-comments?|postcomments?|binh-?luan|disqus\w*|y-?kien|feedback|phan-?hoi"
    r"|(?:\w+_+)?tags?|tag-?\w+|\w+-tags?|keywords?|tu-?khoa|topics?"
    r"|breadcrumbs?\w*|bread-?crumbs?\w*|crumbs?|menu\w*|\w+-?menu|nav|nav-?\w+|navigation|sitemap"
    r"|sidebar\w*|side-?bar\w*|right-?col\w*|col-?right|cot-?phai|left-?col\w*"
    r"|foot|footer\w*|\w+-footer|chan-?trang|schedule|epg|lich-?(?:phat-?song|chieu)|site-?header|header-?top|top-?header|page-?header|masthead"
    r"|top-?bar|topbar|banner\w*|\w+-banner|advert\w*|ads?|ads?-\w+|adsbygoogle|sponsor\w*"
    r"|quang-?cao|qc|popup\w*|pop|\w+-pop|modal\w*|tool-?(?:bar|s|box)?|\w+-tools?|print|in-?bai"
    r"|rating\w*|vote\w*|danh-?gia|stars?|poll|log-?in|dang-?nhap|search\w*|tim-?kiem"
    r"|pagination|paging|pager|copyright\w*|ban-?quyen|licen[cs]e|giay-?phep|hotline"
    r"|duong-?day-?nong"
    r"|weather|thoi-?tiet|clock|dong-?ho|widgets?|pswp\w*|lightbox|cookie\w*|consent|toc|muc-?luc"
    r"|tts\w*|audio-?\w*|player-?\w*|qr\w*|skip-?\w*|sr-only|back-?to-?top|contact\w*|lien-?he"
    r"|counter|luot-?xem|views?|view-?count|ticker|marquee|slider-?news|donate"
    r"|next-?prev\w*|prev-?next\w*|post-?nav\w*|author-?(?:box|bio|info)"
    r")(?=$|[\s_-])"
    r"|(?:^|\s)(?:header|top|hd|nav|left|right|side|bottom)(?=$|\s)"
)
_called_chrome = called(_CHROME_LABEL)
_PROSE_MIN = 45
"""Characters from which an unlinked block counts as prose in choosing the body."""

_CLOCKED = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\W{1,6}\d{1,2}[:h]\d\d"
    r"|\b\d{1,2}[:h]\d\d\W{1,6}(?:ngày )?\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d"
    r"|^\W*\d{1,2}[/.-]\d{1,2}\W*$"
)

_PROMPT = re.compile(
    r"^\W*(?:"
    r"(?:tin|bài)(?: viết)?(?: đọc)? (?:liên quan|cùng chuyên mục|mới|khác|nổi bật|nhiều)"
    r"|(?:đọc|xem|nghe) (?:thêm|tiếp|nhiều|ngay)|>>|»|(?:bạn )?có thể (?:bạn )?(?:quan tâm|thích)"
    r"|bài (?:cùng|đọc nhiều|trước|sau|liên quan)|cùng chuyên mục|tin nên đọc|tin đọc nhiều"
    r"|các tin (?:khác|mới|cũ|liên quan)|tin tức khác|tin đã đưa|tin mới|tin khác|đọc nhiều"
    r"|(?:ý kiến )?bình luận(?: của| \(| \d|$)|ý kiến (?:của )?(?:bạn|độc giả|bạn đọc|phản hồi)"
    r"|gửi (?:bình luận|phản hồi|ý kiến|bài)|viết bình luận|hãy (?:là người|bình luận|để lại)"
    r"|bạn (?:cần|phải|hãy|vui lòng|chưa) (?:đăng|nhập|để lại|bình)"
    r"|(?:bạn|quý vị) (?:thấy|đánh giá|nghĩ|cảm thấy) .{0,60}(?:bài viết|thế nào|ra sao)"
    r"|(?:mời|kính mời|xin mời) (?:bạn đọc|quý|độc giả|các bạn|bạn)\b.{0,80}"
    r"(?:bình luận|ý kiến|theo dõi|gửi|đón xem|liên hệ|tham khảo|cộng tác|chuyên mục"
    r"|xem (?:thêm|tiếp)\b|xem (?:các |thêm )?(?:tin|bài))"
    r"|(?:tòa soạn |chúng tôi )?rất mong (?:nhận được |bạn đọc ).{0,60}(?:ý kiến|bình luận)"
    r"|vui lòng (?:nhập|đăng|để lại|ghi rõ)|đăng nhập|đăng ký (?:nhận|kênh|theo)"
    r"|chia sẻ(?:$|:| (?:bài|lên|qua|facebook|zalo|tin))|thích(?:$| \d)|lưu (?:bài|tin)$|in (?:bài"
    r"|trang|tin|ra$)"
    r"|copy link|link bài gốc|sao chép|theo dõi (?:báo|chúng tôi|.{1,40} trên|tin)|quét mã"
    r"|tải (?:ứng dụng|app)|nhấn (?:nút )?(?:subscribe|theo dõi|đăng ký)"
    r"|hotline|đường dây nóng|điện thoại|tòa soạn|mọi (?:thông tin|phản ánh|ý kiến)|email|e-mail"
    r"|giấy phép|©|copyright|bản quyền|ghi rõ nguồn|tổng biên tập|phó tổng biên tập"
    r"|cơ quan chủ quản|(?:tệp|tập tin|tài liệu|file) (?:đính )?kèm"
    r"|bạn đọc .{0,50}\b(?:gửi|cộng tác|phản ánh).{0,60}(?:e-?mail|địa chỉ|hotline|đường dây nóng)"
    r"|xem (?:tài liệu|toàn văn|nội dung|chi tiết)|(?:nhấn|kích|nhấp)(?: chuột)? vào"
    r"|.{0,60}\bxem (?:chi tiết )?tại đây\W*$|(?:tác giả|người viết|bài viết)[\w ]{0,9}:\W*$"
    r"|giọng (?:đọc|nam|nữ)(?:$| miền)|\d+:\d\d\s*/\s*\d+:\d\d$|\d(?:[.,]\d+)?x$|a-\s*a\+"
    r"|(?:từ khóa|tags?|thẻ|chủ đề|từ khoá)\s*(?::|$)|quảng cáo|adv?quảng cáo|trang chủ"
    r"|lượt xem|đánh giá|cỡ chữ|về trang trước|quay lại|lên đầu trang|trở lại|nghe (?:đọc )?bài"
    r"|cách đây (?:\d|một|hai|vài)|\d+ (?:phút|giờ|ngày|tuần|tháng) trước"
    r"|bình chọn|nguồn tin:? ?$|(?:\d+ )?(?:bình luận|lượt xem|(?:lượt )?thích)$|video (?:liên quan"
    r"|khác|mới)"
    r"|đang tải(?: trình phát| video| dữ liệu| nội dung|\W*$)|không thể phát (?:nội dung|video)"
    r"|trình duyệt (?:của bạn |này )?không hỗ trợ"
    r"|click (?:vào|để)|bấm (?:vào|để)|xem video|ảnh liên quan|facebook|zalo|twitter|youtube|tiktok"
    r")"
)
_IMPRINT = re.compile(
    r"giấy phép\b.{0,120}(?:\bgp\b|/gp)|\d+/gp-(?:bttt|ttđt|bvh|stttt|bc|ptth)|ghi rõ nguồn"
    r"|chịu trách nhiệm (?:chính|nội dung|xuất bản)\s*:|cơ quan chủ quản\s*:|tổng biên tập\s*:"
    r"|(?:cấm|mọi hành vi) sao chép|mọi quyền được bảo lưu"
    r"|^\W*(?:bản quyền|copyright|[©®]).{0,40}(?:thuộc|của|báo|đài|cổng|(?:19|20)\d\d)"
)
_IMPRINT_WORDS = (
    *("giấy phép", "/gp-", "ghi rõ nguồn", "chịu trách nhiệm", "cơ quan chủ quản", "sao chép"),
    *("tổng biên tập", "bảo lưu", "bản quyền", "copyright", "©", "®"),
)
"""One of them stands in whatever ``_IMPRINT`` finds, and in few paragraphs."""
_SCHEDULED = re.compile(r"^\W*(?:[01]?\d|2[0-3])\s?[:hg]\s?[0-5]\d\W+\w.*[^.!?…]$")
_COMMENTS = re.compile(
    r"^\W*(?:\d+ )?(?:(?:ý kiến )?bình luận|ý kiến (?:bạn đọc|độc giả)|phản hồi)(?: \(?\d+\)?)?\W*$"
)
_AGE = re.compile(r"(?:cách đây )?(?:\d+|một|vài) (?:phút|giờ|ngày|tuần|tháng)(?: trước)?")
_AFTERWARDS = re.compile(
    r"^\W*(?:(?:các )?(?:tin|bài)(?: viết)? (?:liên quan|cùng chuyên mục|mới|khác|đọc nhiều"
    r"|nổi bật)"
    r"|cùng chuyên mục|(?:bạn )?có thể (?:bạn )?quan tâm|đọc nhiều(?: nhất)?|tin mới(?: nhất)?"
    r"|(?:các )?tin đã (?:đưa|đăng)|video (?:khác|liên quan|mới|cùng chuyên mục)"
    r"|lịch (?:phát sóng|chiếu)(?: .{1,20})?|chương trình (?:hôm nay|truyền hình))"
    r"\W*$"
)


class Zones:
    """Which blocks of a page are prose, links or chrome; the geography behind every choice."""

    def __init__(self, blocks: Sequence[Block], protected: HtmlElement | None = None) -> None:
        self.blocks = blocks
        self._kept = set(protected.iterancestors()) if protected is not None else set()
        self._prose: dict[HtmlElement, int] = defaultdict(int)
        self._verdicts: dict[HtmlElement, bool] = {}
        self.total = 0
        for block in blocks:
            if is_prose(block):
                self.total += len(block.text)
                for element in ancestors(block.element):
                    self._prose[element] += len(block.text)

    def share(self, element: HtmlElement) -> float:
        """The share of the page's prose inside ``element``."""
        return self._prose[element] / self.total if self.total else 0.0

    def holds_title(self, element: HtmlElement) -> bool:
        return element in self._kept

    def prose(self, element: HtmlElement) -> int:
        return self._prose[element]

    def in_chrome(self, block: Block) -> bool:
        return self.is_chrome(block.element)

    def is_chrome(self, element: HtmlElement) -> bool:
        """Whether the element, or one around it, is a part of the page around the article."""
        path: list[HtmlElement] = []
        verdict = False
        for holder in ancestors(element):
            if holder in self._verdicts:
                verdict = self._verdicts[holder]
                break
            path.append(holder)
        for holder in reversed(path):
            verdict = verdict or self._named_chrome(holder)
            self._verdicts[holder] = verdict
        return verdict

    def _named_chrome(self, element: HtmlElement) -> bool:
        if element.tag in ("html", "body", "main") or element in self._kept:
            return False
        if element.tag == "footer" and next(element.iter("h1", "article"), None) is None:
            return True  # though on a page of one paragraph it may hold most of the prose
        named = element.tag in _CHROME_TAGS or _called_chrome(element)
        return bool(named) and self.share(element) < 0.5


def is_prose(block: Block) -> bool:
    if block.prose is None:
        block.prose = _reads_as_prose(block)
    return block.prose


def _reads_as_prose(block: Block) -> bool:
    return (
        block.kind == "text"
        and len(block.text) >= _PROSE_MIN
        and block.link_share < 0.5
        and not block.heading
        and not is_clock_line(block.text)
        and not is_imprint(block.text)
        and not _SCHEDULED.match(block.text)
    )


def is_imprint(line: str) -> bool:
    """Licence, copyright and responsible editor: what stands at the foot of every page."""
    if len(line) >= 1000:
        return False
    folded = fold(line)
    return any(word in folded for word in _IMPRINT_WORDS) and bool(_IMPRINT.search(folded))


def is_clock_line(line: str) -> bool:
    """A date with a clock, beside author and views: the line above a text, no sentence."""
    return len(line) < 120 and not line.endswith((".", "!", "?")) and bool(_CLOCKED.search(line))


def is_prompt(line: str) -> bool:
    """A short line by which the page speaks to the reader, not the article."""
    return len(line) < 200 and _PROMPT.match(fold(line)) is not None


def opens_others(line: str) -> bool:
    """A heading above links to other articles."""
    return len(line) < 60 and _AFTERWARDS.match(fold(line)) is not None


def opens_comments(line: str) -> bool:
    """A heading above what readers wrote."""
    return len(line) < 40 and _COMMENTS.match(fold(line)) is not None


def is_link_line(block: Block) -> bool:
    """Whether a block is a link and nothing else but its age or date."""
    if not block.links:
        return False
    if block.link_share >= 0.8:
        return True
    rest = len(_AGE.sub("", fold(block.text))) - block.links
    return block.link_share >= 0.5 and rest < 20


def is_teaser(block: Block, zones: Zones) -> bool:
    """Prose that belongs to a link to another article: a list item with a linked headline."""
    for depth, holder in enumerate(ancestors(block.element)):
        if depth > 3 or holder.tag in ("body", "html", "main") or zones.holds_title(holder):
            return False
        if zones.prose(holder) > len(block.text):
            return False  # it stands among other prose
        links = [link for link in holder.iter("a") if link.get("href")]
        if depth > 0 and 0 < len(links) <= 4:
            linked = max(len("".join(link.itertext()).strip()) for link in links)
            if 25 <= linked < len(block.text):
                return True
    return False
