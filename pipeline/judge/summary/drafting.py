"""A draft summary of 35 to 60 words made of the article's own sentences and clauses.

Who, what deed, with what result, where: the pieces that say it are chosen together, in the order
of the text. Nothing is reworded; what is left out never carries a negation, a condition or a
qualifier of what is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from pipeline.judge.summary.pieces import LONGEST, SHORTEST, Piece, pieces
from pipeline.shapes import ArticleText, Judgement, Summary, SummarySentence

_CONSIDERED = 14
_PIECES = 3
_COVERED = ("who", "deed", "result", "place")
_COVERS = 2.0
_ALL_COVERED = _COVERS * len(_COVERED)
_REPEATED = 0.3
"""Two pieces about one person share some words; beyond this share they say the same."""


def draft_summary(article: ArticleText, judgement: Judgement) -> Summary:
    """A summary made of exact spans of sapo and text: ``piece.text == field[start:end]``.

    Spans are of the NFC form of the field. Shorter than 35 words only when the article is.
    """
    chosen = _best(list(pieces(article, judgement)))
    parts = tuple(SummarySentence(p.text, p.field, p.start, p.end) for p in chosen)
    return Summary(" ".join(_sentence(part.text) for part in parts), parts)


def _best(offered: list[Piece]) -> list[Piece]:
    finalists = sorted(offered, key=lambda piece: (-piece.merit, piece.order))[:_CONSIDERED]
    finalists.sort(key=lambda piece: (piece.order, piece.end))
    best: tuple[float, Sequence[Piece]] = (float("-inf"), [])
    for size in range(1, _PIECES + 1):
        for group in combinations(finalists, size):
            if _merit(group) + _ALL_COVERED <= best[0]:
                continue  # everything else only lowers it
            if len({piece.sentence for piece in group}) == size:
                best = max(best, (_worth(group), group), key=lambda pair: pair[0])
    return list(best[1])


def _merit(group: Sequence[Piece]) -> float:
    return sum(piece.merit for piece in group) / math.sqrt(len(group))


def _worth(group: Sequence[Piece]) -> float:
    words = sum(piece.words for piece in group)
    covered = sum(any(getattr(piece, name) for piece in group) for name in _COVERED)
    worth = _merit(group) + _COVERS * covered
    if words < SHORTEST:
        worth -= 0.25 * (SHORTEST - words)
    elif words > LONGEST:
        worth -= 3 + 1.0 * (words - LONGEST)
    for first, second in combinations(group, 2):
        shared = len(first.content & second.content)
        repeated = shared / max(1, min(len(first.content), len(second.content)))
        worth -= 10 * max(0.0, repeated - _REPEATED)
    for number, piece in enumerate(group):
        if piece.needs_antecedent:
            follows = number > 0 and group[number - 1].sentence == piece.sentence - 1
            worth -= 0 if follows else 4
        if piece.needs_name and not any(earlier.named for earlier in group[:number]):
            worth -= 4
    if not group[0].who:
        worth -= 3
    return worth


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    finished = text.rstrip('”")').endswith((".", "!", "…"))
    return text if finished else text.rstrip(",;: ") + "."
