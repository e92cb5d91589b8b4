"""CSS selectors by which a person would point at an element: by its names, never by number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipeline.extract.tree import ancestors

_NAME = re.compile(r"[a-zA-Z_][\w-]*")
_MADE = re.compile(
    r"\d{3}|(?:css|jss|sc|chakra|emotion|svelte|_ng\w*)-?[0-9a-zA-Z]*\d[0-9a-zA-Z]*$"
    r"|^[a-z]{1,2}\d|[_-][0-9a-f]{5,}$"
)
"""Made by a program: the next build or the next article has another."""
_LAYOUT = re.compile(
    r"(?:col|row|container|wrap\w*|clearfix|cf|left|right|center|active|show|hide|block|inline|flex"
    r"|grid|text|font|margin|padding|[mp][tblrxy]?|w|h|bg|border|fw|fs|justify|relative|absolute"
    r"|fadein|lazy|first|last|odd|even|justified|bold|small|large|default|panel|box|item)"
    r"(?:[-_]\w*)*"
)
"""How an element looks or where it stands, not what it is."""
_MEANS = {
    "title": re.compile(r"title|head|tieu-?de|tit\b"),
    "sapo": re.compile(r"sapo|lead|summ|desc|intro|excerpt|hometext|chapeau|tom-?tat|mo-?ta"),
    "body": re.compile(r"content|body|detail|entry|article|story|noi-?dung|text|fck|post"),
    "author": re.compile(r"auth|byline|tac-?gia|writer|but-?danh|vcard"),
    "published": re.compile(r"date|time|publi|ngay|thoi-?gian|post"),
    "caption": re.compile(r"capt|chu-?thich|note|desc|photo"),
    "remove": re.compile(r"relat|lien-?quan|share|tag|ads?\b|banner|comment|box|meta|head"),
}
_TELLING_TAGS = frozenset(("h1", "h2", "article", "time", "figcaption", "main"))
_HOLDERS = 4


def candidates(element: HtmlElement) -> Iterator[str]:
    """Selectors of the element: its own names, then its tag inside something that has a name."""
    yield from _own(element)
    for depth, holder in enumerate(ancestors(element)):
        if not 0 < depth <= _HOLDERS or holder.tag in ("body", "html"):
            continue
        for name in _own(holder):
            yield f"{name} {element.tag}"
            if depth == 1:
                yield f"{name} > {element.tag}"


def unlikeliness(css: str, part: str) -> int:
    """Sorts selectors: those that say what the part is come first."""
    last = css.split()[-1]
    names = re.findall(r"[.#]([\w-]+)", css.lower())
    if "itemprop" in last:
        return 0
    telling = [name for name in names if not _LAYOUT.fullmatch(name)]
    if any(_MEANS[part].search(name) for name in telling):
        return 1
    if last in _TELLING_TAGS:
        return 2
    return 3 if telling else 4


def _own(element: HtmlElement) -> Iterator[str]:
    tag = element.tag
    if (stated := element.get("itemprop")) and _NAME.fullmatch(stated):
        yield f'{tag}[itemprop="{stated}"]'
    if tag == "meta":
        for key in ("property", "name"):
            if value := element.get(key):
                yield f"meta[{key}={_quoted(value)}]"
        return
    name = element.get("id") or ""
    if _NAME.fullmatch(name) and not _MADE.search(name):
        yield f"#{name}"
    for name in (element.get("class") or "").split():
        if _NAME.fullmatch(name) and not _MADE.search(name):
            yield f"{tag}.{name}"
    if tag in _TELLING_TAGS:
        yield tag


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
