"""The smaller parts of an article: sapo, author, credit, tags, lead image, language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipeline.extract.body import Body, labelled_sapo
from pipeline.extract.bylines import (
    credit_of,
    is_byline,
    names_agency,
    names_press,
    photo_credit,
    split_author,
)
from pipeline.extract.chrome import Zones, is_prompt, is_prose
from pipeline.extract.document import Block, ancestors, labels, text_of
from pipeline.extract.metadata import Metadata
from pipeline.extract.title import Title
from pipeline.shapes import Image
from pipeline.text.dates import find_dates
from pipeline.text.fold import fold, fold_search
from pipeline.text.legacy import to_unicode

_AUTHOR_LABEL = re.compile(
    r"(?:^|[\s_-])(?:\w*author\w*|tac-?gia|byline|nguoi-?viet|but-?danh|writer|pv)(?=$|[\s_-])"
)
_SOURCE_LABEL = re.compile(r"source|nguon|author|origin|credit|tac-?gia")
_AUTHOR_LINE = re.compile(
    r"(?:tác giả(?: bài viết)?|người viết|bài viết|thực hiện)\s*:\s*\S.{1,60}$"
)
_TAG_LABEL = re.compile(
    r"(?:^|[\s_-])(?:\w*_?tags?|\w*-tags?|tag[_-]\w+|tags?[_-]\w+|keywords?|tu-?khoa)(?=$|[\s_-])"
)
_OUTLET_TAG = re.compile(r"(?:báo|tin|tin tức|tin nhanh|đài|truyền hình) (?!động|yêu|vui|lành)")
_TAG_WORD = re.compile(r"^\W*(?:từ khóa|từ khoá|tags?|thẻ|chủ đề)\W*$", re.IGNORECASE)
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def find_sapo(
    blocks: Sequence[Block], body: Body, data: Metadata, zones: Zones, title: Title | None
) -> str | None:
    """The introduction above the text; blocks of ``body`` that are it are taken out of it."""
    described = data.first("og:description", "description", "twitter:description")
    described = described or data.ld_text("description")
    start = title.block.index if title and title.block else -1
    first = body.blocks[0].index if body.blocks else start + 30
    labelled = [
        block
        for block in blocks
        if start < block.index <= first + 3
        and labelled_sapo(block, zones)
        and block.text not in body.captions
        and not (body.container is not None and _holds_all(block, body))
    ]
    if not labelled and start < 0:
        labelled = [b for b in blocks if b.index < first and labelled_sapo(b, zones)]
    if sum(len(block.text) for block in labelled) > 1200:
        labelled = []  # the label is on the text itself
    if labelled:
        texts = [block.text for block in labelled if not is_byline(block.text)]
        if body.blocks and all(block in labelled for block in body.blocks):
            return None  # nothing else on the page: it is the text
        body.blocks = [block for block in body.blocks if block not in labelled]
        if texts:
            return " ".join(texts)
    between = [
        block
        for block in blocks
        if start < block.index < first
        and (is_prose(block) or (block.heading and len(block.text) >= 60 and not block.links))
        and not zones.in_chrome(block)
        and not is_prompt(block.text)
        and block.text not in body.captions
    ]
    for block in [*between, *body.blocks[:1]]:
        if described and _matches(block.text, described):
            if block in body.blocks:
                if len(body.blocks) < 2:
                    break
                body.blocks.remove(block)
            return block.text
    if len(body.blocks) > 1:
        opening, after = body.blocks[:2]
        distinct = opening.is_strong and not after.is_strong
        apart = _stands_apart(body)
        if (distinct or apart or _is_heading_sapo(opening)) and len(opening.text) >= 60:
            body.blocks.pop(0)
            return opening.text
    if between and (between[0].is_strong or (title and title.sure)):
        return between[0].text
    text = fold(" ".join(body.paragraphs))
    if described and not text.startswith(fold(described).rstrip(" .…")[:60]):
        return described if _about(described, text, title) else None
    return None


def _is_heading_sapo(block: Block) -> bool:
    return block.heading and (len(block.text) >= 100 or block.text.endswith((".", "!", "?", "…")))


def _stands_apart(body: Body) -> bool:
    """Whether the first paragraph stands outside the one element that holds all others."""
    opening, *others = body.blocks
    fit = is_prose(opening) and len(opening.text) <= 600 and is_vietnamese(opening.text)
    if len(others) < 2 or not fit:
        return False
    inner = set(ancestors(others[0].element))
    for other in others[1:]:
        inner &= set(ancestors(other.element))
    return bool(inner - set(ancestors(opening.element)))


def find_author(
    tree: HtmlElement,
    blocks: Sequence[Block],
    body: Body,
    data: Metadata,
    zones: Zones,
    title: Title | None,
    *,
    now: datetime,
) -> tuple[str | None, str | None]:
    """Who wrote it, and the agency where that is what the page names: the byline on the page, else
    the metadata; never the outlet itself."""
    outlet = {
        fold(data.first("og:site_name", "site_name")),
        fold(data.ld_text("publisher", "name")),
    }
    start = title.block.index if title and title.block else 0
    last = body.blocks[-1].index if body.blocks else start + 20
    found = [*_labelled_authors(blocks, zones, start, last), *body.bylines]
    after = [block.text for block in blocks[last + 1 : last + 8] if block.kind == "text"]
    found += [text for text in after if _AUTHOR_LINE.match(fold(text))]
    found += [b.text for b in blocks[last + 1 : last + 3] if _signs(b)]
    found += [
        data.ld_text("author"),
        data.first("dable:author", "article:author", "author", "dc.creator", "twitter:creator"),
    ]
    found += _beside_date(blocks, start, body.blocks[0].index if body.blocks else last, now)
    agency = None
    for text in found:
        name, credit = split_author(text) if text else (None, None)
        if credit and names_agency(credit):
            agency = agency or credit
        if not name or len(name) > 100 or "http" in name or "@" in name:
            continue
        folded = fold(name)
        if folded in outlet or re.match(r"(?:báo|đài|admin|quản trị|ban biên tập|btv$)", folded):
            continue
        if names_press(name) and not re.search(r"\(", name):
            continue
        return name, agency
    return None, agency


def _signs(block: Block) -> bool:
    """Whether a line right after the text is set as its signature."""
    holders = [up for depth, up in enumerate(ancestors(block.element)) if depth < 2]
    styled = " ".join(f"{e.get('style') or ''} {e.get('align') or ''} {labels(e)}" for e in holders)
    aligned = re.search(r"(?:^|[\s:-])right(?=$|[\s;])", styled.lower()) is not None
    return not block.links and (aligned or block.is_strong) and is_byline(block.text)


def _beside_date(blocks: Sequence[Block], start: int, end: int, now: datetime) -> list[str]:
    """Names in the line of the date under the headline: ``Thu Mai - 15:50, 19/07/2025``."""
    linked = {fold(block.text) for block in blocks if block.links}
    names = []
    for block in blocks[start + 1 : end]:
        dates = find_dates(block.text, now=now) if len(block.text) < 120 else []
        if not dates:
            continue
        rest = block.text
        for date in reversed(dates):
            rest = f"{rest[: date.start]}|{rest[date.end :]}"
        names += [
            name
            for part in re.split(r"[|•·]|\s[-–]\s", rest)
            if (name := part.strip(" ,-–()"))
            and " " in name
            and is_byline(name)
            and fold(name) not in linked
            and not re.match(r"thứ |chủ nhật|ngày |lượt |tháng ", fold(name))
        ]
    return names


def find_credit(
    blocks: Sequence[Block], body: Body, zones: Zones, data: Metadata, url: str
) -> tuple[str | None, bool]:
    """From whom the text was taken over, as written, and whether that is another outlet."""
    last = body.blocks[-1].index if body.blocks else 0
    lines = list(body.credits)
    for block in blocks[last + 1 : last + 12]:
        if block.kind != "text" or len(block.text) > 100:
            continue
        credit = credit_of(block.text)
        if credit and (fold(credit).startswith("nguồn") or _near_label(block, _SOURCE_LABEL)):
            lines.append(credit)
    lines += [credit for line in body.bylines if (credit := credit_of(line))]
    for name in (data.ld_text("author"), data.first("author", "dable:author")):
        if name and len(name) < 60 and re.search(r"TTXVN|Vietnam\+", name):
            lines.append(name)
    own = _own_names(data, url)
    for line in lines:
        if not any(name and name in fold_search(line) for name in own):
            return line, names_press(line)
    return (lines[0], False) if lines else (None, False)


def says_agency(sapo: str | None, paragraphs: Sequence[str]) -> bool:
    """Whether the text opens or closes with the national agency's mark, as in ``(TTXVN) -``."""
    ends = [
        sapo or "",
        *(text[:80] for text in paragraphs[:1]),
        *(p[-40:] for p in paragraphs[-1:]),
    ]
    return any(re.search(r"\(\s*TTXVN|TTXVN\s*\)", text) for text in ends)


def find_tags(tree: HtmlElement, data: Metadata, article: str) -> tuple[str, ...]:
    """The article's own tags: those of the site as a whole share no words with the text."""
    visible = [
        text_of(link)
        for holder in tree.iter("div", "ul", "p", "section", "span", "ol", "nav", "li", "footer")
        if _TAG_LABEL.search(labels(holder)) and len(holder.text_content()) < 1500
        for link in holder.iter("a")
    ]
    if not visible:
        visible = [text_of(link) for link in tree.iter("a") if link.get("rel") == "tag"]
    if not visible:
        visible = _after_tag_word(tree)
    if not visible:
        visible = data.meta.get("article:tag", [])
    if not visible:
        keywords = data.first("news_keywords", "keywords") or data.ld_text("keywords")
        visible = keywords.split(",")
    said = set(re.findall(r"\w+", fold(article)))
    outlet = fold(f"{data.first('og:site_name', 'site_name')} {data.ld_text('publisher', 'name')}")
    outlet_words = set(re.findall(r"\w+", f"{outlet} {fold(data.ld_text('author'))}"))
    tags, of_site = [], False
    for tag in dict.fromkeys(" ".join(tag.strip(" #,;").split()) for tag in visible):
        words = set(re.findall(r"\w+", fold(tag)))
        if not words or len(tag) > 60 or _TAG_WORD.match(tag) or is_prompt(tag):
            continue
        of_site = of_site or _OUTLET_TAG.match(fold(tag)) is not None
        known = len(words & said) >= len(words) / 2 + of_site and not _OUTLET_TAG.match(fold(tag))
        # Tags of the site follow those of the article and begin with its own name.
        if known or not (of_site or words <= outlet_words):
            tags.append(tag)
    return tuple(tags[:20])


def find_image(body: Body, data: Metadata, url: str) -> Image | None:
    """The lead image with its caption and credit."""
    address = data.first("og:image", "og:image:url", "twitter:image") or data.ld_text("image")
    shown = next((block for block in body.images if block.source), None)
    if shown is None and not address:
        return None
    caption = body.captions[0] if body.captions and shown is not None else None
    credit = None
    if caption and (found := photo_credit(caption)):
        credit = found[1]
        caption = caption[: found[0] + 1].strip(" (–-") or None
    source = shown.source if shown is not None else address
    return Image(urljoin(url, source), caption, credit)


def is_vietnamese(text: str) -> bool:
    """By its letters; legacy encodings count once they are read right."""
    text = to_unicode(text)
    letters = sum(char.isalpha() for char in text)
    return letters > 0 and len(_VIETNAMESE.findall(text)) > 0.02 * letters


def find_language(text: str, data: Metadata) -> str:
    """``vi`` by its letters; else what the page says, ``und`` when that contradicts the letters."""
    if is_vietnamese(text):
        return "vi"
    said = re.match(r"[a-z]{2}", data.language)
    return said[0] if said and said[0] != "vi" else "und"


def _holds_all(block: Block, body: Body) -> bool:
    """Whether the label is on something that holds the text too."""
    return len(body.blocks) > 1 and block is body.blocks[-1]


def _matches(text: str, described: str) -> bool:
    one, other = (re.sub(r"\W+", " ", fold(value)).strip() for value in (text, described))
    if one == other:
        return True
    # A prefix such as "(LCĐT) - " stands in one of the two only.
    return min(len(one), len(other)) > 60 and (one.endswith(other) or other.endswith(one))


def _about(described: str, text: str, title: Title | None) -> bool:
    if title and fold(described).startswith(fold(title.text)[:60]):
        return False
    words = set(re.findall(r"\w{2,}", fold(described)))
    said = set(re.findall(r"\w{2,}", text + " " + fold(title.text if title else "")))
    return len(words) >= 6 and len(words & said) >= 0.6 * len(words)


def _labelled_authors(blocks: Sequence[Block], zones: Zones, start: int, last: int) -> list[str]:
    found = []
    for block in blocks:
        if (
            block.kind != "text"
            or not start - 4 <= block.index <= last + 8
            or len(block.text) > 200
        ):
            continue
        inner = [*block.element.iter("span", "a", "p", "strong", "b", "div")][:12]
        for element in (*inner, block.element):
            name = text_of(element)
            if _AUTHOR_LABEL.search(labels(element)) and 2 < len(name) < 100 and is_byline(name):
                found.append(name)
    return found


def _near_label(block: Block, pattern: re.Pattern[str]) -> bool:
    return any(
        pattern.search(labels(holder))
        for depth, holder in enumerate(ancestors(block.element))
        if depth < 3
    )


def _own_names(data: Metadata, url: str) -> set[str]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names = {fold_search(data.first("og:site_name", "site_name")), host}
    names.add(fold_search(data.ld_text("publisher", "name")))
    return names - {""}


def _after_tag_word(tree: HtmlElement) -> list[str]:
    """Links beside the words "Từ khóa:"."""
    for holder in tree.iter("div", "p", "ul", "section"):
        text = (holder.text or "").strip() or next(
            (t.strip() for t in holder.itertext() if t.strip()), ""
        )
        if _TAG_WORD.match(text) and len(holder.text_content()) < 600:
            return [text_of(link) for link in holder.iter("a")]
    return []
