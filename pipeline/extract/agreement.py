"""The text of pages that are not Vietnamese: our rules and trafilatura vote on every block.

Our rules know Vietnamese wording. Elsewhere trafilatura reads better than they do, and both
together better than either: what one of them takes wrongly the other mostly leaves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.extract.chrome import is_clock_line
from pipeline.extract.evidence import Evidence, is_prompt, weigh_up
from pipeline.extract.matching import Words, words_of
from pipeline.extract.metadata import Metadata
from pipeline.extract.reading import Reading

WEIGHTS = Path(__file__).parent / "data" / "block_weights.json"
"""Written by ``python -m bench.block_weights``: a logistic regression on trafilatura's own
evaluation set."""

_WHOLE = 600
"""Characters from which on what the JSON-LD holds is an article's text and no summary."""
_LITTLE = 0.3


@dataclass(frozen=True, slots=True)
class _Weights:
    needed: float
    """Log-odds against a block of which nothing is known."""
    each: Mapping[str, float]

    def take(self, evidence: Evidence) -> bool:
        return sum(weight * evidence[name] for name, weight in self.each.items()) >= self.needed


@cache
def _weights() -> _Weights:
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    return _Weights(kept["needed"], kept["weights"])


def agreed_paragraphs(
    reading: Reading, data: Metadata, precise: tuple[str, ...], fast: tuple[str, ...]
) -> tuple[str, ...]:
    """The blocks that enough speaks for; ``precise`` where it is not made of the page's blocks.

    Args:
        precise: the lines that trafilatura took in its precise mode.
        fast: the lines that it took in its fast mode.
    """
    taken = Words("\n".join(precise))
    lines: list[str] = []
    for block, evidence in weigh_up(reading, data, taken, Words("\n".join(fast))):
        text = block.text
        repeated = len(text) >= 20 and (text in lines or text in (reading.sapo or ""))
        dated = not lines and is_clock_line(text)
        if repeated or dated or is_prompt(text) or says_title(text, reading):
            continue
        if _weights().take(evidence):
            lines.append(text)
    known = Words("\n".join((*lines, reading.sapo or "")))
    told = data.ld_text("articleBody")
    if len(told) > _WHOLE and known.share(told) < _LITTLE:
        return (told,)  # a script is to show it, or a reader is to log in
    return precise if precise and known.share(" ".join(precise)) < _LITTLE else tuple(lines)


def says_title(text: str, reading: Reading) -> bool:
    """Whether a block is the headline, which pages repeat in parts and variants."""
    title = reading.title.text if reading.title else ""
    if not title:
        return False
    if text == title:
        return True
    words, named = set(words_of(text)), set(words_of(title))
    if len(named) >= 3 and len(words & named) >= 0.8 * len(words | named):
        return True
    return len(text) >= max(20, 0.6 * len(title)) and text.lower() in title.lower()
