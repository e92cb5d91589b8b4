"""Stories out of many articles at once; the store does the same one article at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.group.comparing import compare
from pipeline.group.signatures import LEAST_SHARED, Signature, signature
from pipeline.shapes import ArticleText

_CROWDED = 200
"""A key that so many articles share (a column's name, say) finds no partners any more."""
_UNDATED = datetime.max.replace(tzinfo=UTC)


def group_all(articles: Sequence[ArticleText]) -> list[int]:
    """For each article the index of the earliest article of its story.

    Articles that match, directly or through others, are one story. The partition does not depend
    on the order given; among equally early articles the one of the smallest content hash leads.
    """
    signatures = [signature(article) for article in articles]
    parents = list(range(len(articles)))
    for left, right in sorted(_candidates(signatures)):
        if _root(parents, left) != _root(parents, right) and compare(
            articles[left], articles[right]
        ):
            parents[_root(parents, right)] = _root(parents, left)
    stories: defaultdict[int, list[int]] = defaultdict(list)
    for index in range(len(articles)):
        stories[_root(parents, index)].append(index)
    leads = {
        root: min(
            members,
            key=lambda i: (articles[i].published_at or _UNDATED, signatures[i].content_hash, i),
        )
        for root, members in stories.items()
    }
    return [leads[_root(parents, index)] for index in range(len(articles))]


def _candidates(signatures: Sequence[Signature]) -> set[tuple[int, int]]:
    holders: defaultdict[int | str, list[int]] = defaultdict(list)
    for index, one in enumerate(signatures):
        for band in one.bands:
            holders[band].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for members in holders.values():
        if len(members) <= _CROWDED:
            shared.update(
                (left, right) for n, left in enumerate(members) for right in members[n + 1 :]
            )
    pairs = {pair for pair, keys in shared.items() if keys >= LEAST_SHARED}
    copies: dict[str, int] = {}
    for index, one in enumerate(signatures):
        first = copies.setdefault(one.content_hash, index)
        if first != index:
            pairs.add((first, index))
    return pairs


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index
