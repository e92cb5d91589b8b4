"""The smaller parts of an article: tags, lead image, language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import islice, pairwise
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.body import Body
from pipeline.extract.bylines import author_of, split_caption
from pipeline.extract.chrome import is_prompt
from pipeline.extract.metadata import Metadata
from pipeline.extract.tree import ancestors, text_of
from pipeline.shapes import Image
from pipeline.text.fold import fold, fold_search
from pipeline.text.legacy import to_unicode

_TAG_LABEL = re.compile(
    r"(?:^|[\s_-])(?:\w*_?tags?|\w*-tags?|tag[_-]\w+|tags?[_-]\w+|keywords?|tu-?khoa)(?=$|[\s_-])"
)
_called_tags = lru_cache(maxsize=4000)(lambda name: _TAG_LABEL.search(name.lower()) is not None)
_NAMES = etree.XPath("//@class | //@id", smart_strings=False)
_BEARERS = etree.XPath(
    "//@class[contains($names, concat('\n', ., '\n'))]/.."
    " | //@id[contains($names, concat('\n', ., '\n'))]/.."
)
_TAG_HOLDERS = frozenset(("div", "ul", "p", "section", "span", "ol", "nav", "li", "footer"))
_OUTLET_TAG = re.compile(r"(?:báo|tin|tin tức|tin nhanh|đài|truyền hình) (?!động|yêu|vui|lành)")
_TAG_WORD = re.compile(r"^\W*(?:từ khóa|từ khoá|tags?|thẻ|chủ đề)\W*$", re.IGNORECASE)
_TELLING = 5000
"""Characters of a text that show its language."""
_OPENING = 1000
_SHARE = 0.02
"""Of letters that, among languages in Latin script, only Vietnamese has in such number."""
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u2c00-\udfff\U00010000-\U0010ffff]")
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")

_BUTTON = re.compile(
    r"(?:^|/)(?:ico(?:ns?)?[_-]?|btn[_-]?)?(?:print|printer|in|in-bai|e?mail|share|like|facebook|fb"
    r"|zalo|twitter|youtube|tiktok|google|play|arrow|back|top|home|rss|blank|spacer|space|pixel"
    r"|loading|loader|bullet|dot|line|new|hot|star|no-?image|default)[_-]?\d*"
    r"\.(?:gif|png|svg)(?:\?|$)",
    re.IGNORECASE,
)
"""Files that are parts of the page's furniture by their name."""

_AND_PICTURES = re.compile(r"\W*(?:tin|bài)\W+(?:(?:clip|và)\W+)?ảnh\s*:")
"""A byline of text and pictures at once: "Bài, ảnh: …"."""
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)\b|^javascript:", re.IGNORECASE)

_SCRIPTS = {
    "KHMER": "km",
    "LAO": "lo",
    "THAI": "th",
    "CHAM": "cjm",
    "CJK": "zh",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "CYRILLIC": "ru",
}
_UPLAND_LETTERS = re.compile("[ƀƁčČĕĔĭĬŏŎŭŬñÑ]|[êôơưk]\u0306")
"""Of Ê Đê, Gia Rai, Ba Na and their neighbours, which share ă, ê, ô, ơ, ư with Vietnamese."""
_EN_WORDS = frozenset(("the", "of", "and", "to", "in", "is", "was", "for", "with", "that", "on"))


def find_tags(tree: HtmlElement, data: Metadata, article: str, url: str) -> tuple[str, ...]:
    """The article's own tags: those of the site as a whole share no words with the text."""
    # libxml2 gives all names at once and then who bears them: few pages have more than two that
    # speak of tags.
    names = [name for name in set(_NAMES(tree)) if _called_tags(name)]
    visible = [
        text_of(link)
        for holder in (_BEARERS(tree, names="\n".join(["", *names, ""])) if names else ())
        if holder.tag in _TAG_HOLDERS and len(holder.text_content()) < 1500
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
    host = (urlsplit(url).hostname or "").removeprefix("www.").split(".")[0]
    tags, of_site = [], False
    for tag in dict.fromkeys(" ".join(tag.strip(" #,;").split()) for tag in visible):
        words = set(re.findall(r"\w+", fold(tag)))
        if not words or len(tag) > 60 or _TAG_WORD.match(tag) or is_prompt(tag):
            continue
        names_site = "".join(re.findall(r"\w", fold_search(tag))) == host  # "bao bien thuy"
        of_site = of_site or names_site or _OUTLET_TAG.match(fold(tag)) is not None
        shared = len(words & said)
        known = shared >= len(words) / 2 + of_site or (of_site and _shares_phrase(tag, article))
        known = known and not names_site and not _OUTLET_TAG.match(fold(tag))
        # Tags of the site follow those of the article and begin with its own name.
        if known or not (of_site or words <= outlet_words):
            tags.append(tag)
    return tuple(tags[:20])


def _shares_phrase(tag: str, article: str) -> bool:
    """Whether the article has two words of the tag side by side: an author's tag, then."""
    words = fold(tag).split()
    said = " ".join(re.findall(r"[^\W_]+", fold(article)))
    return any(f" {one} {other} " in f" {said} " for one, other in pairwise(words))


def find_image(body: Body, data: Metadata, url: str) -> Image | None:
    """The lead image with its caption and credit."""
    address = data.first("og:image", "og:image:url", "twitter:image") or data.ld_text("image")
    pictures = [b for b in body.images if b.source and not _BUTTON.search(b.source)]
    shown = min(pictures, key=_leads_away, default=None)
    if shown is None and not address:
        return None
    caption = body.captions[0] if body.captions and shown is not None else None
    said, credit = split_caption(caption or "")
    if credit is None and shown is not None:
        by = next((line for line in body.bylines if _AND_PICTURES.match(fold(line))), None)
        credit = author_of(by) if by else None
    source = shown.source if shown is not None else address
    return Image(urljoin(url, source), said or None, credit)


def _leads_away(picture: Block) -> bool:
    """Whether a click on it opens another page rather than the picture: a related article's."""
    link = next((up for up in islice(ancestors(picture.element), 3) if up.tag == "a"), None)
    address = (link.get("href") or "") if link is not None else ""
    return bool(address.strip("#")) and not _PICTURE_FILE.search(address)


def is_vietnamese(text: str) -> bool:
    """By its letters; legacy encodings count once they are read right."""
    text = text[:_TELLING]
    if len(_VIETNAMESE.findall(text[:_OPENING])) > _SHARE * len(text):
        return True  # whatever follows: no need to look at it
    text = to_unicode(text)
    letters = sum(map(str.isalpha, text))
    return letters > 0 and len(_VIETNAMESE.findall(text)) > _SHARE * letters


def is_ours(text: str) -> bool:
    """Whether our rules read pages in this language: Vietnamese, and the scripts of editions that
    Vietnamese outlets set in the same templates."""
    return is_vietnamese(text) or _script_language(text) in ("km", "cjm", "lo")


def find_language(text: str, data: Metadata) -> str:
    """ISO 639: by the script; ``vi`` by its letters, ``en`` by its commonest words; else what the
    page says, ``und`` when that contradicts the letters.

    The templates of editions in the languages of minorities are often marked ``vi`` too.
    """
    if script := _script_language(text):
        return script
    uplands = len(_UPLAND_LETTERS.findall(text)) > 0.01 * len(text)
    if is_vietnamese(text) and not uplands:
        return "vi"
    words = fold(text).split()
    if len(words) >= 12 and sum(word in _EN_WORDS for word in words) > 0.08 * len(words):
        return "en"
    said = re.match(r"[a-z]{2,3}", data.language)
    return said[0] if said and said[0] != "vi" else "und"


def _script_language(text: str) -> str | None:
    """The language of a text mostly in a script that only it uses here."""
    if len(_BEYOND_LATIN.findall(text)) < len(text) / 5:
        return None  # nearly every text, without a look at each letter
    letters = [char for char in text if unicodedata.category(char)[0] in "LM"]
    names = (unicodedata.name(char, "").split(" ")[0] for char in letters if char > "\u036f")
    # Vietnamese has few letters beyond U+036F (\u1ea0-\u1ef9), and these are named LATIN.
    script, count = next(iter(Counter(names).most_common(1)), ("", 0))
    return _SCRIPTS.get(script) if count > len(letters) / 2 else None


def _after_tag_word(tree: HtmlElement) -> list[str]:
    """Links beside the words "Từ khóa:"."""
    for holder in tree.iter("div", "p", "ul", "section"):
        text = (holder.text or "").strip() or next(
            (t.strip() for t in holder.itertext() if t.strip()), ""
        )
        if _TAG_WORD.match(text) and len(holder.text_content()) < 600:
            return [text_of(link) for link in holder.iter("a")]
    return []
