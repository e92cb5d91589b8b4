r"""Count which word pairs are so frequent that they tell nothing about a story.

    python -m bench.common_phrases TEXTS.jsonl… [--names PROVINCES.csv]\
        > pipeline/group/common_phrases.txt

Each line of TEXTS is an object with ``text`` (and ``title``, ``sapo``). Only folded phrases seen in
at least one article in a hundred are printed, and the names of the provinces: facts about the
language, no text of any newspaper.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from pipeline.text.fold import fold, nfc

PAIR_SHARE = 0.01
_SYLLABLE = re.compile(r"\w+")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--names", type=Path, help="CSV with the columns name and merged_from")
    arguments = parser.parse_args()
    pairs: Counter[str] = Counter()
    articles = 0
    for path in arguments.texts:
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            text = nfc("\n".join(item.get(key) or "" for key in ("title", "sapo", "text")))
            words = _SYLLABLE.findall(fold(text))
            pairs.update({f"{a} {b}" for a, b in pairwise(words)})
            articles += 1
    common = {pair for pair, seen in pairs.items() if seen >= PAIR_SHARE * articles}
    if arguments.names:
        with arguments.names.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                for name in (row["name"], *row["merged_from"].split("|")):
                    if " " in name:
                        common.add(fold(nfc(name)))
    print("\n".join(sorted(common)))


if __name__ == "__main__":
    main()
