"""Looking up the words of one text in another."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Words:
    """A text in which the words of others are looked up."""

    def __init__(self, text: str) -> None:
        words = words_of(text)
        self.count = len(words)
        self._flat = f" {' '.join(words)} "
        self._lines = {" ".join(words_of(line)) for line in text.splitlines()}
        self._runs = set(runs_of(words))

    def share(self, text: str) -> float:
        """How much of ``text`` it has: in runs of four words; a shorter text as a line, or half."""
        words = words_of(text)
        phrase = " ".join(words)
        if not words:
            return 0.0
        within = f" {phrase} " in self._flat
        if len(words) < 4:
            return 1.0 if phrase in self._lines else 0.5 * within
        if within:
            return 1.0
        runs = list(runs_of(words))
        return sum(run in self._runs for run in runs) / len(runs)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower().replace("\u00ad", ""))


def runs_of(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)
