"""The headline: the page's own heading, confirmed by what the metadata and the address say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz

from pipeline.extract.blocks import Block
from pipeline.extract.chrome import Zones, is_prompt, is_prose
from pipeline.extract.metadata import Metadata
from pipeline.extract.tree import ancestors, labels
from pipeline.text.dates import find_dates
from pipeline.text.fold import fold, fold_search

_SEPARATOR = re.compile(r"\s+(?:[-|–—•»«~]|::|>)\s+|\s*\|\s*")
_SITE = re.compile(
    r"(?:báo|đài|tạp chí|trang|cổng|truyền hình|phát thanh|ptth|thời báo|trung tâm truyền thông)\b"
    r"(?! (?:động|hiếu|đáp|ân|cáo|giá|thức|oán))"
    r"|(?P<ending>.*(?:\bonline|\bđiện tử|news|\w+\.(?:vn|com|net|org)))$"
)
_TITLE_LABEL = re.compile(r"title|headline|tieu-?de|post-name|entry-name|titlle")
_SURE_LABEL = re.compile(
    r"(?:article|post|detail|news|entry|main|story|tin|bai)[-_]*(?:title|tieu-?de|headline)"
    r"|(?:title|tieu-?de)[-_]*(?:article|detail|post|news|story|main|tin|bai)"
)
_NO_TITLE = re.compile(
    r"(?:chi tiết|xem|nội dung|đọc)(?: (?:tin|bài|tin tức|bài viết|tin bài))?|tin tức|trang chủ"
    r"|home"
    r"|bản tin|tin bài|bài viết|untitled|index"
)
"""What stands in ``title`` where a system fills in nothing."""
_NOT_TITLE_LABEL = re.compile(
    r"breadcrumb|logo|cate|chuyen-?muc|sub-?title|section|brand|box-title|widget"
)


@dataclass(frozen=True, slots=True)
class Title:
    text: str
    block: Block | None
    """Where it stands on the page, if it does."""
    sure: bool


def find_title(blocks: Sequence[Block], data: Metadata, url: str, zones: Zones) -> Title | None:
    """The headline and where it stands; None when neither page nor metadata has one."""
    claims = _claims(data)
    slug = _slug_words(url)
    best: tuple[float, Block] | None = None
    for block in blocks:
        if block.kind != "text" or not 3 <= len(block.text) <= 300:
            continue
        score = _score(block, claims, slug, zones) - 4 * _is_section(block.text, url)
        if score > 0 and (best is None or score > best[0]):
            best = (score, block)
    if best and best[0] >= 3:
        text = _without_site(best[1].text, data, url) or best[1].text
        return Title(text, best[1], sure=best[0] >= 6)
    if best and best[0] >= 1 and claims == [data.title] and len(best[1].text.split()) >= 4:
        words = set(re.findall(r"\w+", fold_search(data.title)))
        if len(words & slug) < len(words) / 2:
            # Old systems put the office's name into every document's title; what the page itself
            # calls a title is this page's.
            return Title(best[1].text, best[1], sure=False)
    # An h1 may hold the title in pieces, or none at all stands on the page.
    for claim in claims:
        stripped = _without_site(claim, data, url)
        if stripped and not _is_section(stripped, url):
            return Title(stripped, None, sure=False)
    return Title(best[1].text, best[1], sure=False) if best and best[0] >= 1.5 else None


def guess_title(blocks: Sequence[Block], zones: Zones, *, now: datetime) -> Title | None:
    """For pages that call nothing their title: the line above the date, or the first bold one."""
    for place, block in enumerate(blocks):
        if is_prose(block) and block.text.endswith("."):
            return None
        if not _could_be_title(block, zones):
            continue
        after = [b for b in blocks[place + 1 : place + 3] if b.kind == "text"]
        if block.is_strong or any(find_dates(b.text, now=now) for b in after if len(b.text) < 80):
            return Title(block.text, block, sure=False)
    return None


def _could_be_title(block: Block, zones: Zones) -> bool:
    return (
        block.kind == "text"
        and 15 <= len(block.text) <= 200
        and len(block.text.split()) >= 4
        and not block.links
        and not block.text.endswith(".")
        and not re.search(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[.\s]\d{3}", block.text)
        and not zones.in_chrome(block)
        and not is_prompt(block.text)
    )


def _score(block: Block, claims: list[str], slug: set[str], zones: Zones) -> float:
    element = block.element
    # A row is one block: its cell has the name.
    own = " ".join(map(labels, (element, *(element.findall("td") if element.tag == "tr" else ()))))
    labelled = _TITLE_LABEL.search(own) is not None
    tag = next(
        (holder.tag for holder in ancestors(element) if holder.tag in ("h1", "h2", "h3")), ""
    )
    if not (block.heading or labelled or claims):
        return 0.0
    folded = fold(block.text)
    agreement = max((_agreement(folded, fold(claim)) for claim in claims), default=0.0)
    words = set(re.findall(r"\w+", fold_search(block.text)))
    by_address = len(words & slug) / max(len(words | slug), 1) if len(slug) >= 4 else 0.0
    if not block.heading and not labelled and max(agreement, by_address) < 0.9:
        return 0.0
    score = {"h1": 3.0, "h2": 1.5, "h3": 1.0}.get(tag, 0.0)
    score += 4 * agreement + 4 * (by_address if by_address > 0.5 else 0)
    score += 3.0 if _SURE_LABEL.search(own) else 1.0 if labelled else 0.0
    if _NOT_TITLE_LABEL.search(own):
        score -= 2
    if zones.in_chrome(block) and not _in_own_header(block, zones):
        score -= 4
    if block.link_share > 0.5:
        score -= 2.5
    if len(block.text.split()) < 3:
        score -= 1.5
    return score


def _in_own_header(block: Block, zones: Zones) -> bool:
    """Whether it stands in a ``header`` of the article's own: the site's holds its menu too."""
    header = next((up for up in ancestors(block.element) if up.tag == "header"), None)
    holder = header.getparent() if header is not None else None
    return (
        header is not None
        and holder is not None
        and len(header.findall(".//a[@href]")) < 8
        and not zones.is_chrome(holder)
    )


def _agreement(heading: str, claim: str) -> float:
    """How much a heading is what the metadata claims, which may carry the site's name after it."""
    if heading == claim:
        return 1.0
    if len(heading) >= 12 and claim.startswith(heading):
        return 0.95 if _SEPARATOR.match(claim[len(heading) :]) else 0.85
    ratio = fuzz.ratio(heading, claim) / 100
    return ratio if ratio > 0.75 else 0.0


def _claims(data: Metadata) -> list[str]:
    found = [
        data.ld_text("headline"),
        data.first("og:title", "twitter:title", "headline", "dc.title", "title"),
        data.title,
        data.ld_text("name"),
    ]
    return [c for c in dict.fromkeys(found) if c and not _NO_TITLE.fullmatch(fold(c))]


def _without_site(claim: str, data: Metadata, url: str) -> str:
    """The claim without the outlet's name at either end; empty when nothing else is in it."""
    names = {fold(data.first("og:site_name", "site_name", "application-name"))} - {""}
    names.add(fold(data.ld_text("publisher", "name")))
    claim = re.sub(r"^[\s:|»«•-]+|[\s:|»«•-]+$", "", claim)
    parts = _SEPARATOR.split(claim)
    separators = _SEPARATOR.findall(claim)
    while len(parts) > 1 and (_is_site(parts[-1], names) or _is_section(parts[-1], url)):
        parts.pop()
        separators.pop()
    while len(parts) > 1 and _is_site(parts[0], names):
        parts.pop(0)
        separators.pop(0)
    if len(parts) == 1 and _is_site(parts[0], names):
        return ""
    text = parts[0]
    for separator, part in zip(separators, parts[1:], strict=True):
        text += separator + part
    return text.strip()


def _is_site(part: str, names: set[str]) -> bool:
    folded = fold(part).strip()
    found = _SITE.match(folded)
    short = 4 if found and found["ending"] else 9
    return folded in names or (found is not None and len(folded.split()) <= short)


def _is_section(part: str, url: str) -> bool:
    """Whether the part names a section that the address names too ("Xã hội", /xa-hoi/)."""
    slug = "-".join(re.findall(r"\w+", fold_search(part)))
    return bool(slug) and slug in url.lower().rstrip("/").split("/")[3:-1]


def _slug_words(url: str) -> set[str]:
    """The words of the address's last telling segment: outlets make it from the headline."""
    path = re.sub(r"[?#].*", "", url).rstrip("/")
    segments = [segment for segment in path.split("/")[3:] if segment.count("-") >= 3]
    if not segments:
        return set()
    slug = re.sub(r"\.\w{2,5}$", "", max(segments, key=len).lower())
    words = [word for word in slug.split("-") if word]
    if words and re.search(r"\d", words[-1]):
        words.pop()
    return set(words)
