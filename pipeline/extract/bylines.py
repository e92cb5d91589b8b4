"""Lines that say who wrote, who took the picture, and from whom a text was taken over."""

from __future__ import annotations

import re

from pipeline.text.fold import fold

UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))
_NAME_WORD = rf"(?:[{UPPER}][’'ʼ]?[^\W\d_]*\.?)"
_NAME = rf"{_NAME_WORD}(?:[ .]{_NAME_WORD}){{0,5}}"
_ROLE = (
    r"(?:(?:tin|bài|ảnh|clip|video|đồ họa|đồ hoạ|thực hiện|tác giả|phóng viên|pv|nhóm pv"
    r"|nhóm phóng viên"
    r"|biên tập|trình bày|thiết kế|ghi chép|kỹ thuật|quay phim|dựng phim|bài viết|lời dẫn|ctv"
    r"|theo dõi)"
    r"(?:\s*(?:,|và|-|–|&|/|;|\+)\s*)?)+"
)
_BYLINE = re.compile(
    rf"^(?:[*•+]\s*)?[(\[]?\s*(?:(?i:{_ROLE})\s*[:.]?\s*)?{_NAME}"
    rf"(?:\s*(?:[-–—,/&;|+•]|và)\s*(?:(?i:{_ROLE})\s*[:.]?\s*)?{_NAME}){{0,6}}"
    r"\s*(?:\((?i:thực hiện|tổng hợp|ghi|lược ghi|sưu tầm|biên dịch|dịch|ctv|t/h|th|g\.?t"
    r"|t\.?h)\))?"
    r"\s*[)\]]?\s*\.?$"
)
_ROLE_LINE = re.compile(
    r"^(?:tin|bài|ảnh|clip|video|thực hiện|nội dung|tác giả(?: bài viết)?|người viết|đồ họa"
    r"|trình bày|thiết kế|pv|nhóm pv"
    r"|phóng viên|biên tập|biên dịch)(?:(?:\s*(?:,|và|-|–|&|/|\+)\s*)"
    r"(?:tin|bài|ảnh|clip|video|trình bày|thiết kế|đồ họa|pv|clip))*\s*:\s*\S.{1,100}$"
)
_ENGLISH = re.compile(
    rf"(?P<role>(?i:reported|written|story|translated|edited|photos?)) by\s+"
    rf"(?P<who>{_NAME}(?:(?:,| and| &)\s+{_NAME}){{0,3}})\.?$"
)
_CREDIT = re.compile(
    r"^[(\[]?\s*(?:(?P<kind>"
    r"nguồn(?: tin| bài| bài viết)?|theo|trích|dẫn (?:lại )?theo|đăng (?:lại )?theo"
    r"|(?:tổng hợp|biên dịch|lược dịch|dịch) (?:theo|từ)"
    r"|theo nguồn|dẫn nguồn|(?:link|bài|xem bài) gốc|sưu tầm)\s*(?P<colon>:)?\s*)"
    r"(?P<who>\S.{1,80}?)\s*[)\]]?\.?$",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"(?:nghị quyết|nghị định|quyết định|luật|thông tư|chỉ thị|kế hoạch|ubnd|hđnd|ông|bà|anh|chị)\b"
)
"""What a sentence that begins with "Theo" often names: no outlet."""
_PRESS = re.compile(
    r"ttxvn|vietnam\+|vietnamplus|thông tấn xã|\bvov\d?\b|\bvtv\d?\b|\bvtc\b|\bvnexpress\b|dân trí"
    r"|thanh niên"
    r"|tuổi trẻ|tiền phong|lao động|nhân dân|vietnamnet|zing|znews|\bplo\b|pháp luật|công an"
    r"|người đưa tin|sức khỏe và đời sống|sức khỏe & đời sống|chính phủ|chinhphu|đầu tư|vneconomy"
    r"|cafef|kênh 14|\bqđnd\b|quân đội nhân dân|bnews|tin tức|hànộimới|hà nội mới|sggp"
    r"|sài gòn giải phóng"
    r"|người lao động|\bnld\b|đại đoàn kết|giáo dục (?:và|&) thời đại|nông nghiệp|công thương"
    r"|thời báo|tạp chí|\bbáo\b|\bđài\b|\bvgp\b|cổng (?:thông tin|tt)|\w\.(?:vn|com|net|org)\b"
    r"|\b(?:www|bao|dai|ptth|tapchi)[\w-]*\.[a-z]|reuters|\bafp\b|\bap\b|xinhua"
    r"|tân hoa"
    r"|\bcnn\b|\bbbc\b|kyodo|yonhap|sputnik|\btass\b|\bria\b|bloomberg|guardian|\bqdnd\b|\bhnm\b"
)
_AGENCY = re.compile(r"\b(?:ttxvn|vietnam\+|thông tấn xã việt nam)", re.IGNORECASE)
_PHOTO_CREDIT = re.compile(
    r"(?:^|[.\s(–/-])\(?\s*(?:nguồn ảnh|ảnh|photo|đồ họa|hình)\s*(?:minh họa|minh hoạ|tư liệu"
    r"|chụp màn hình)?"
    r"\s*[:/]\s*(?P<who>[^:]{2,70}?)\s*\)?\.?\s*$",
    re.IGNORECASE,
)
_PHOTO_BY = re.compile(
    rf"[.\s]\(\s*(?i:ảnh|photo)\s+(?P<name>[{UPPER}][^():]{{1,60}}?)\s*\)\.?\s*$"
    r"|(?:^|[.\s(–-])\(?(?i:ảnh)\s+do\s+(?P<giver>[^():]{2,60}?)\s+cung cấp\)?\.?\s*$"
)
_PHOTO_KIND = re.compile(
    r"\(?\bảnh (?:minh họa|minh hoạ|tư liệu|internet|nguồn internet|chụp màn hình"
    r"|cắt từ clip)\)?\.?$",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"(?:^|[\s,–-]+)\(?(?:thực hiện|tổng hợp|lược ghi|sưu tầm|t/h|ctv|cộng tác viên)\)?$"
    r"|\s*\((?:ghi|th)\)?$",
    re.IGNORECASE,
)
_GENRE = re.compile(
    r"(?:ghi chép|bút ký|phóng sự|ký sự|ký|tản văn|tùy bút|thơ|truyện ngắn|bài(?: và | ?, ?)ảnh"
    rf"|bài)\s*(?:của|\(|:)\s*(?=(?-i:[{UPPER}]))",
    re.IGNORECASE,
)
_TITLE_OF_WRITER = re.compile(
    rf"^(?:ctv|pv|phóng viên|cộng tác viên|nhà báo)[\s.:]+(?=(?-i:[{UPPER}]))", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\s*[|;,–-]\s*(?:ảnh|clip|video|đồ họa|thiết kế|trình bày|kỹ thuật|quay phim|biên tập)\s*:.*$",
    re.IGNORECASE,
)
_OFFICE_OF_WRITER = re.compile(
    r"\s+[-–]\s+(?:trung tâm|ban|phòng|công an|hội|sở|ubnd|hđnd|trường|văn phòng|huyện đoàn"
    r"|tỉnh đoàn|thành đoàn|xã|phường)\b.{2,70}$",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[A-ZĐ]{2,5}(?:ĐT|O|TV|VN)?\+?")
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+){0,2}\.(?i:vn|com|net|org)")
_DATELINE = re.compile(
    rf"^\W{{0,2}}(?:[(\[]\s*(?P<held>[^()\[\]]{{2,40}}?)\s*[)\]]\s*[-–—:]+\s*"
    rf"|(?P<site>{_SITE.pattern})\s*[-–—]\s+"
    rf"|(?P<initials>{_INITIALS.pattern})\s?[-–—]\s+)"
    rf"(?=[{UPPER}\d\"“‘'])"
)
_OFFICES = frozenset(
    re.findall(
        r"\w+",
        "tp tx hđnd ubnd ubmttq mttq llvt bch bcđ tt ttg nq qđ cp thpt thcs kt vh tdtt htx clb",
    )
)
"""Initials that open a sentence about an office ("HĐND - UBND tỉnh …"), not a newspaper's text."""
_LABEL = re.compile(
    r"^\s*(?:nội dung|tác giả(?: bài viết)?|bài viết|bài|tin|đăng bởi|người viết|viết bởi|by|pv"
    r"|phóng viên|thực hiện)\s*:\s*",
    re.IGNORECASE,
)


def is_byline(line: str) -> bool:
    """Whether the line only names authors, photographers or editors."""
    if len(line) > 110 or line.endswith((":", "?", "!", "…", "”", '"')):
        return False
    if _ENGLISH.match(line):
        return True
    names = _OFFICE_OF_WRITER.sub("", _GENRE.sub("", line, count=1))
    return _BYLINE.match(names) is not None or _ROLE_LINE.match(fold(line)) is not None


def author_of(line: str) -> str | None:
    """The names of a byline without the words around them; None if it names only a photographer."""
    text = line.strip(" []*•|-–.")
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    if re.match(r"(?:ảnh|clip|video|đồ họa|thiết kế|trình bày)\s*:", fold(text)):
        return None
    if english := _ENGLISH.match(text):
        wrote = english["role"].lower() in ("reported", "written", "story")
        return english["who"] if wrote else None
    text = re.sub(rf"^(?i:{_ROLE})\s*[:.]\s*", "", text)
    for words in (_LABEL, _GENRE, _TITLE_OF_WRITER, _OTHERS, _OFFICE_OF_WRITER, _DOING):
        text = words.sub("", text, count=1)
    return text.strip(" •|-–,.") or None


def split_author(line: str) -> tuple[str | None, str | None]:
    """A line that a page gives as its author, as author and credit: ``TTXVN`` is a credit,
    ``Thu Mai (Theo TTXVN)`` and ``Thu Mai/TTXVN`` are both."""
    text = line.strip(" []*•|-–.")
    if both := split_byline(text):
        return author_of(both[0]), both[1]
    parts = re.split(r"\s*/\s*|\s+[-–|]\s+", text)
    outlets = [names_agency(part) or ("/" in text and names_press(part)) for part in parts]
    if outlets[0] and len(parts) > 1:
        return None, text
    if True in outlets:
        first = outlets.index(True)
        return author_of(" - ".join(parts[:first])), text[text.index(parts[first]) :]
    if credit := credit_of(text):
        return None, credit
    return author_of(text), None


def without_dateline(text: str) -> tuple[str, str | None]:
    """A text without the outlet's mark it opens with, and the agency if it is one's mark.

    ``(Báo Sông Lam) - Anh …``, ``HNN - Anh …``, ``Baosonglam.vn - Anh …``, ``(TTXVN) - Anh …``.
    """
    found = _DATELINE.match(text)
    if not found:
        return text, None
    mark = found["held"] or found["site"] or found["initials"]
    known = _INITIALS.fullmatch(mark) or _SITE.fullmatch(mark) or names_press(mark)
    if not known or fold(mark) in _OFFICES:
        return text, None
    return text[found.end() :], mark if names_agency(mark) else None


def credit_of(line: str) -> str | None:
    """The line as written if it names where the text was taken from (``Theo TTXVN``)."""
    text = line.strip().rstrip(".").strip()
    text = text[1:-1].strip() if text[:1] in ("(", "[") and text[-1:] in (")", "]") else text
    text = text[1:] if text[:1] in ("(", "[") and not set(text) & set(")]") else text
    if _SITE.fullmatch(text):
        return text
    found = _CREDIT.match(text)
    if found:
        who = found["who"]
        if _RULE.match(fold(who)):
            return None
        names = who[0].isupper() or re.match(r"https?:|\w+\.\w", who) or names_press(who)
        short = len(who.split()) <= 10
        return text if names and short else None
    return text if len(text) < 40 and _AGENCY.search(text) else None


def split_byline(line: str) -> tuple[str, str] | None:
    """``Thu Mai (Theo TTXVN)``, ``Thu Mai/VOV1`` as author and credit; None for any other line."""
    found = re.fullmatch(r"\s*([^()]{2,60}?)\s*\((.{2,60})\)\s*\.?", line)
    if found and is_byline(found[1]):
        credit = credit_of(found[2]) or (found[2].strip() if names_press(found[2]) else None)
        return (found[1], credit) if credit else None
    name, _, outlet = (part.strip() for part in line.partition("/"))
    signed = len(line) < 90 and is_byline(name) and author_of(name) and not names_press(name)
    return (name, outlet) if signed and names_press(outlet) else None


def names_press(text: str) -> bool:
    """Whether a newspaper, agency, broadcaster or news site is named."""
    return _PRESS.search(fold(text)) is not None


def names_agency(text: str) -> bool:
    """Whether the national news agency is named (TTXVN, Vietnam+)."""
    return _AGENCY.search(text) is not None


def split_caption(line: str) -> tuple[str, str | None]:
    """What a caption says, and whom it names for the picture; a bare credit says nothing."""
    if not (found := photo_credit(line)):
        return line, None
    return line[: found[0] + 1].strip(" (–-/|;"), found[1]


def photo_credit(line: str) -> tuple[int, str] | None:
    """Where a closing photo credit begins in a caption, and whom it names."""
    if found := _PHOTO_CREDIT.search(line):
        return found.start(), found["who"].strip()
    if found := _PHOTO_BY.search(line):
        return found.start(), (found["name"] or found["giver"]).strip()
    if found := _PHOTO_KIND.search(line):
        return found.start(), found[0].strip("(). ")
    return None
