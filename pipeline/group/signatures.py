"""What the store keeps of an article so that a new one finds its likely partners by an index."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rensa import RMinHash

from pipeline.group.profile import Profile, profile
from pipeline.shapes import ArticleText

_BANDS = 32
_ROWS = 2
_NAMES = 8
LEAST_SHARED = 2
"""Articles that share fewer keys are not compared: of labelled pairs that tell one story all share
at least two, and one key is shared by thousands among a million."""
COPIES_SHARE = 10
"""Copies share at least so many: at the similarity asked of late ones (.8) 20 of 32 bands on the
average, and 10 or fewer once in ten thousand."""
SIGNATURE_VERSION = 1
"""Stored signatures of another version must be made anew: their bands mean something else."""


@dataclass(frozen=True, slots=True)
class Signature:
    content_hash: str
    """SHA-256 (hex) of the folded words of title, sapo and text: equal means an exact copy."""
    bands: tuple[int, ...]
    """Distinct signed 64-bit keys, one indexed row each. Articles that share ``LEAST_SHARED`` are
    candidates for ``compare``; the more they share, the likelier the match."""


def signature(article: ArticleText) -> Signature:
    """The index keys of ``article``: MinHash bands over its telling word pairs, and its rare names.

    32 bands of 2 rows reach 98 % of pairs with a Jaccard similarity of .35 and 3 % of those with
    .03. A story told in other words shares little wording but its names, hence the name keys.
    """
    seen = profile(article)
    digest = hashlib.sha256(seen.words.encode()).hexdigest()
    names = (_key(f"name {name}") for name in seen.names[:_NAMES])
    return Signature(digest, tuple(dict.fromkeys((*_minhash_bands(seen), *names))))


def _minhash_bands(seen: Profile) -> list[int]:
    if not seen.pairs:
        return []
    sketch = RMinHash(num_perm=_BANDS * _ROWS, seed=20251101)
    sketch.update(sorted(seen.pairs))
    rows = sketch.digest()
    return [
        _key(f"band {band} {rows[band * _ROWS : (band + 1) * _ROWS]}") for band in range(_BANDS)
    ]


def _key(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
