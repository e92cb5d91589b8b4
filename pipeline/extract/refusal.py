"""Pages that are no article: lists, front pages, error pages, empty shells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipeline.extract.blocks import Block
from pipeline.extract.body import Body
from pipeline.extract.details import is_ours
from pipeline.extract.metadata import Metadata
from pipeline.extract.missing import FRONT, says_gone, says_missing
from pipeline.extract.title import Title
from pipeline.text.fold import fold

_REFUSED = re.compile(
    r"^\W*(?:(?:lỗi|error)\W*)?(?:403|50[0234])\b(?!\s*(?:ha|tỷ|triệu|người|km|hộ|suất))"
    r"|^\W*(?:access denied|(?:403 )?forbidden|just a moment|attention required)"
)

LEAST_TEXT = 25
"""Characters; less is no text."""
_BESIDE_LINKS = 600
"""Characters of text that a page of links must have to be an article; in other languages, whose
sections nobody collects, ..."""
_BESIDE_LINKS_ELSEWHERE = 250


def why_no_article(
    title: Title | None,
    headline: str | None,
    paragraphs: Sequence[str],
    body: Body,
    blocks: Sequence[Block],
    data: Metadata,
    url: str,
) -> str | None:
    """What the page is instead of an article, in words for the desk; None when it is one."""
    if not blocks:
        return "the page is empty"
    if not headline:
        return "no title on the page"
    if len(headline) < 120 and (_REFUSED.match(fold(headline)) or says_missing(headline)):
        return f"an error page: {headline}"
    parts = urlsplit(url)
    if parts.hostname and parts.hostname.endswith(".invalid"):
        pass  # no address is known
    elif FRONT.match(parts.path) and not parts.query and not data.ld:
        return "a front page by its address"
    size = sum(map(len, paragraphs))
    if gone := says_gone(blocks, size):
        return gone
    is_article = bool(data.ld) or data.first("og:type") == "article"
    if size < LEAST_TEXT:
        # A video under a headline is an article without words, anything else is an empty shell.
        shown = title is not None and title.sure and shows_video(blocks, body)
        return None if shown else "no running text on the page"
    linked = sum(block.links for block in blocks)
    headlines = sum(1 for block in blocks if block.link_share > 0.8 and len(block.text) >= 25)
    if data.is_listing and not data.ld:
        return "a list of articles by its own word"
    told = size + sum(map(len, body.captions))
    ours = is_ours(" ".join((headline, *paragraphs, *body.captions)))
    enough = _BESIDE_LINKS if ours else _BESIDE_LINKS_ELSEWHERE
    if not is_article and headlines >= 8 and linked > 3 * told and told < enough:
        return f"a list of {headlines} links around {told} characters of text"
    return None


def shows_video(blocks: Sequence[Block], body: Body) -> bool:
    """Whether a player stands on the page, also one that a script has yet to fill."""
    root = blocks[0].element.getroottree().getroot()
    return (
        body.has_video
        or any(block.kind == "video" for block in blocks)
        or next(iter(root.xpath("//*[contains(@class, 'video')]")), None) is not None
    )
