"""What speaks for and against each block of a page that is not Vietnamese: the features that
``agreement`` weighs. None of them is a rule alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import log

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.chrome import Zones
from pipeline.extract.matching import Words, words_of
from pipeline.extract.metadata import Metadata
from pipeline.extract.reading import Reading
from pipeline.extract.tree import ancestors, called, labels

Evidence = dict[str, float]

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
_COMMENTS = called(
    re.compile(
        r"^(?!.*(?:no-?comment|comments?-(?:open|closed|count|link|enabled)|has-comments|uncomment))"
        r".*(?:comment|kommentar|disqus|forum-?texte|respond|reacties|komentar)",
        re.DOTALL,
    )
)
_ASIDES = called(
    re.compile(
        r"author-?_?(?:bio|box|info|desc|profile|card|about)|about-?_?(?:the-?_?)?author|bio-?box|box-?bio"
        r"|contributor|cookie|consent|gdpr|log-?in|modal|dialog|popup|newsletter|overlay|tooltip|sign-?up"
        r"|registr|onetrust|privacy"
    )
)
_LEADS = called(
    re.compile(
        r"summary|lead|standfirst|sapo|deck|intro|dek|excerpt|subtitle|sub-?head|teaser|abstract"
        r"|kicker|chapeau"
    )
)
_ENDS = re.compile(r"[.!?…:;\"”’)»]$")
_STOPS = (".", "!", "?", "…", ".”", '."')
_QUOTES = tuple("\"“„«'‘")
_SHORT = 60
_TOOK = 0.6
"""Share of a block's words from which on a reading took it."""
_WEIGHED = 400
"""Characters from which on a block weighs no more among its neighbours."""


@dataclass(slots=True)
class _Group:
    """Blocks that stand together or are called alike: how much of them the precise reading took."""

    size: int = 0
    taken: float = 0.0
    count: int = 0

    def share_without(self, size: int, share: float) -> float:
        rest = self.size - size
        return (self.taken - size * share) / rest if rest > 0 else 0.0


@dataclass(slots=True)
class _Names:
    """Whether a block stands in something of a name; answers are kept by element."""

    test: Callable[[HtmlElement], bool]
    zones: Zones
    known: dict[HtmlElement, bool] = field(default_factory=dict)

    def hold(self, element: HtmlElement) -> bool:
        path: list[HtmlElement] = []
        verdict = False
        for holder in ancestors(element):
            if holder in self.known:
                verdict = self.known[holder]
                break
            if holder.tag in ("body", "html", "main"):
                break
            path.append(holder)
        for holder in reversed(path):
            # Whatever it is called, what holds most of the prose is the article.
            small = self.zones.prose(holder) < 0.5 * max(1, self.zones.total)
            verdict = verdict or (small and self.test(holder))
            self.known[holder] = verdict
        return verdict


def is_prompt(text: str) -> bool:
    """A short line by which the page speaks to the reader, not the article.

    Of 619 such lines that trafilatura's evaluation set tells of, two are text.
    """
    return len(text) < 200 and _PROMPT.match(text) is not None


def weigh_up(
    reading: Reading, data: Metadata, precise: Words, fast: Words
) -> Iterator[tuple[Block, Evidence]]:
    """Every block of text of the page with what is to be said of it, each from 0 to 1 or near.

    Args:
        precise: what trafilatura took in its precise mode.
        fast: what it took in its fast mode.
    """
    blocks = [block for block in reading.blocks if block.kind == "text"]
    shares = [precise.share(block.text) for block in blocks]
    others = [fast.share(block.text) for block in blocks]
    ours = {block.index for block in reading.body.blocks}
    first, last = _core(blocks, shares, others, ours)
    comments, asides = _Names(_COMMENTS, reading.zones), _Names(_ASIDES, reading.zones)
    groups: dict[Hashable, _Group] = defaultdict(_Group)
    keys = [_groups(block) for block in blocks]
    for block, share, names in zip(blocks, shares, keys, strict=True):
        size = min(len(block.text), _WEIGHED)
        for name in names:
            group = groups[name]
            group.size, group.taken, group.count = (
                group.size + size,
                group.taken + size * share,
                group.count + 1,
            )
    told = Words(data.ld_text("articleBody"))
    described = data.first("og:description", "description", "twitter:description")
    titled = set(words_of(reading.title.text)) if reading.title else set()
    pictured = {
        after.index
        for before, after in zip(reading.blocks, reading.blocks[1:], strict=False)
        if before.kind != "text"
    }
    end = len(blocks)
    for place, block in enumerate(blocks):
        text, share, other = block.text, shares[place], others[place]
        size, count = min(len(text), _WEIGHED), len(text)
        letters = sum(map(str.isalpha, text))
        words = set(words_of(text))
        parent, alike, grandparent = (groups[name] for name in keys[place])
        before = shares[place - 1] if place else 0.0
        after = shares[place + 1] if place + 1 < end else 0.0
        yield (
            block,
            {
                "precise": share,
                "fast": other,
                "ours": block.index in ours,
                "taken though short": max(share, other) * (count < _SHORT),
                "between taken": min(before, after),
                "the next but one is ours": place + 2 < end and blocks[place + 2].index in ours,
                "parent taken": parent.share_without(size, share),
                "grandparent taken": grandparent.share_without(size, share),
                "alike taken": alike.share_without(size, share),
                "many alike": min(1.0, (alike.count - 1) / 10),
                "before all taken": place < first,
                "after all taken": place > last,
                "place": place / end,
                "length": log(1 + count) / 6,
                "long": min(1.0, count / 200),
                "linked": block.link_share,
                "before linked": blocks[place - 1].link_share if place else 0.0,
                "strong": block.strong / count,
                "slanted": block.slanted / count,
                "capitals": sum(map(str.isupper, text)) / max(1, letters),
                "commas": min(2.0, 50 * text.count(",") / count),
                "ends": _ENDS.search(text) is not None,
                "stops": text.endswith(_STOPS),
                "quotes": text.startswith(_QUOTES),
                "address": "http" in text or "www." in text,
                "described": bool(described) and text[:60] == described[:60],
                "in the description": count > 40 and text[:40] in described,
                "introduction": reading.sapo is not None and text in reading.sapo,
                "like the title": len(words & titled) / max(1, len(words | titled)),
                "not in the data": told.count > 60 and told.share(text) < 0.3,
                "under a picture": block.index in pictured,
                "item": block.element.tag == "li",
                "form": next(block.element.iterancestors("form"), None) is not None,
                "lead": any(map(_LEADS, islice(ancestors(block.element), 3, 8))),
                "chrome": reading.zones.in_chrome(block),
                "comment": comments.hold(block.element),
                "aside": asides.hold(block.element),
            },
        )


def _core(
    blocks: Sequence[Block], shares: Sequence[float], others: Sequence[float], ours: set[int]
) -> tuple[int, int]:
    """The first and the last place of what was surely taken."""
    for votes in (shares, others):
        taken = [
            place
            for place, vote in enumerate(votes)
            if vote >= _TOOK and len(blocks[place].text) >= _SHORT
        ]
        if taken:
            return taken[0], taken[-1]
    taken = [place for place, block in enumerate(blocks) if block.index in ours] or [0]
    return taken[0], taken[-1]


def _groups(block: Block) -> tuple[Hashable, Hashable, Hashable]:
    """What it may share with others: its parent, its own and its parent's names, grandparent."""
    path = list(islice(ancestors(block.element), 3))
    parent, grandparent = path[min(1, len(path) - 1)], path[-1]
    called_alike = tuple((element.tag, labels(element)) for element in path[:2])
    return ("in", parent), ("alike", called_alike), ("under", grandparent)
