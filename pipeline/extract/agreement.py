"""The text of pages that are not Vietnamese: our rules and trafilatura vote on every block.

Our rules know Vietnamese wording. Elsewhere trafilatura reads better than they do, and both
together better than either: what one of them takes wrongly the other mostly leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from pipeline.extract.blocks import Block
from pipeline.extract.body import is_date_line
from pipeline.extract.captions import is_caption
from pipeline.extract.metadata import Metadata
from pipeline.extract.reading import Reading

_VOTES = {
    "theirs": 3.0,  # the share of the block's words that trafilatura took
    "ours": 0.9,
    "described": 2.5,  # at the head, and it opens like the page's own description of itself
    "opening": 1.2,  # it stands between the title and what trafilatura took first
    "next is ours": 1.0,
    "long": 2.0,  # the share of 200 characters, from which on length says no more
    "linked": -0.5,  # the share that is link text
    "chrome": -0.9,
    "caption": -0.9,
    "date": -1.0,
    "prompt": -3.5,
    "not in the data": -1.6,  # the page's JSON-LD has the article's text, without this block
}
"""Weights of a logistic regression on two fifths of trafilatura's evaluation set, rounded."""
_NEEDED = 2.9
_PROMPT = re.compile(
    r"^\W*(?:(?:read|see|learn|watch|listen) (?:more|also|next|now)\b|related\b|recommended\b"
    r"|more (?:on|from|about|stories)\b|you (?:may|might) (?:also )?(?:like|be interested)"
    r"|follow (?:us|@|\w+ on)\b|like us\b|sign(?:ing)? up\b|subscribe\b|join (?:our|us)\b"
    r"|get (?:our|the|your|breaking)\b|download (?:our|the) .{0,30}\bapp\b|newsletter"
    r"|share (?:this|on|via)\b|click here\b|comments?\b|leave a (?:reply|comment)|copyright\b|©"
    r"|all rights reserved|advertisement|sponsored\b|support (?:us|our)\b|donate\b"
    r"|(?:posted|filed|tagged|published|updated|last (?:updated|modified))\b|tags?:|source:"
    r"|(?:photo|image)(?:s|graph)?(?::| by\b| courtesy| credit)|contact (?:us|the)\b"
    r"|weiterlesen|mehr (?:zum|zu|infos?|lesen|dazu)\b|lesen sie (?:auch|mehr|dazu|hier)\b"
    r"|auch (?:lesen|interessant)|das könnte|siehe auch|zum (?:thema|newsletter)\b|jetzt\b"
    r"|weitere (?:informationen|infos|artikel|beiträge|themen|nachrichten|news)\W*$|abonnieren"
    r"|teilen\b|kommentar|alle rechte|quelle:|foto:|bild:|kontakt\b"
    r"|(?:lire|voir|à lire) (?:aussi|plus)\b|lea también|le(?:e|er) (?:más|también)"
    r"|contenido relacionado|te puede interesar|czytaj\b|zobacz\b)",
    re.IGNORECASE,
)
"""What pages say to readers: English first, and the other languages of that set."""


def agreed_paragraphs(
    reading: Reading, data: Metadata, theirs: tuple[str, ...], *, now: datetime
) -> tuple[str, ...]:
    """The blocks that enough speaks for; ``theirs`` where it is not made of the page's blocks.

    Args:
        theirs: the lines that trafilatura took in its precise mode.
    """
    blocks = [block for block in reading.blocks if block.kind == "text"]
    taken = _Words("\n".join(theirs))
    if _Words("\n".join(reading.body.paragraphs)).share(" ".join(theirs)) < 0.4:
        return theirs
    told = _Words(data.ld_text("articleBody"))
    description = data.first("og:description", "description", "twitter:description")[:60]
    ours = {block.index for block in reading.body.blocks}
    shares = [taken.share(block.text) for block in blocks]
    first = next((place for place, share in enumerate(shares) if share >= 0.6), 0)
    title = reading.title.block.index if reading.title and reading.title.block else None
    kept = []
    for place, block in enumerate(blocks):
        text = block.text
        if reading.title and (block.index == title or text == reading.title.text):
            continue
        if len(text) >= 20 and (text in kept or text in (reading.sapo or "")):
            continue
        following = blocks[place + 1].index if place + 1 < len(blocks) else None
        found = {
            "theirs": shares[place],
            "ours": block.index in ours,
            "described": bool(description) and text[:60] == description and place <= first + 2,
            "opening": title is not None and title < block.index and place < first,
            "next is ours": following in ours,
            "long": min(1.0, len(text) / 200),
            "linked": block.link_share,
            "not in the data": told.count > 60 and told.share(text) < 0.3,
            "prompt": len(text) < 200 and _PROMPT.match(text) is not None,
        }
        score = sum(_VOTES[name] * value for name, value in found.items())
        # What only speaks against a block, and takes longer to find out, is asked last.
        if score >= _NEEDED and score + _against(block, reading, now) >= _NEEDED:
            kept.append(text)
    known = _Words("\n".join(kept))
    return tuple(kept) if known.share(" ".join(theirs)) >= 0.5 else theirs


def _against(block: Block, reading: Reading, now: datetime) -> float:
    zones = reading.zones
    return (
        _VOTES["chrome"] * zones.in_chrome(block)
        + _VOTES["caption"] * is_caption(block, block.index, reading.blocks, zones)
        + _VOTES["date"] * is_date_line(block.text, now=now)
    )


class _Words:
    """A text in which the words of others are looked up."""

    def __init__(self, text: str) -> None:
        words = _words(text)
        self.count = len(words)
        self._flat = f" {' '.join(words)} "
        self._lines = {" ".join(_words(line)) for line in text.splitlines()}
        self._runs = set(_runs(words))

    def share(self, text: str) -> float:
        """How much of ``text`` it has: in runs of four words; a shorter text as a line, or half."""
        words = _words(text)
        phrase = " ".join(words)
        if not words:
            return 0.0
        within = f" {phrase} " in self._flat
        if len(words) < 4:
            return 1.0 if phrase in self._lines else 0.5 * within
        if within:
            return 1.0
        runs = list(_runs(words))
        return sum(run in self._runs for run in runs) / len(runs)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("\u00ad", ""))


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)
