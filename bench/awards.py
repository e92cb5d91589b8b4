"""Awards against labels made by hand: found, level, and to whom.

    python -m bench.awards LABELLED.jsonl

LABELLED.jsonl holds the articles; ``bench/labels/awards.jsonl`` the labels, one award a line: id,
field, offset of its name, level (``none``: no award stands there; null: the text does not tell),
and the span of who receives it (null: not told, or not labelled). They were drawn at random from
all words that name a form of award, without looking at what is found.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline.judge.names.awards import award_mentions
from pipeline.shapes import ArticleText
from pipeline.text.fold import nfc

ROOT = Path(__file__).parents[1]
LABELS = ROOT / "bench" / "labels" / "awards.jsonl"


def measure(articles: Path, *, show: bool = False) -> dict[str, tuple[int, int]]:
    """Right and all of ``found``, ``level``, ``recipient`` and ``silent`` (where no award is)."""
    texts = {}
    for line in articles.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        texts[item["id"]] = ArticleText(
            nfc(item["title"]), nfc(item["text"]), nfc(item.get("sapo") or "")
        )
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        for name, held in _compare(label, texts[label["id"]]).items():
            right[name] += held
            total[name] += 1
            if show and not held:
                print(name, label)
    return {name: (right[name], total[name]) for name in total}


def _compare(label: dict[str, Any], article: ArticleText) -> dict[str, bool]:
    field, at = label["field"], label["at"]
    here = [
        one
        for one in award_mentions(article)
        if one.name.field == field and one.name.start - 30 <= at < one.name.end
    ][:1]
    if label["level"] == "none":
        return {"silent": not here}
    found = {"found": bool(here)}
    if label["level"]:
        found["level"] = bool(here) and here[0].level == label["level"]
    if label["to"]:
        start, end = label["to"]
        told = here[0].receiver if here else None
        found["recipient"] = told is not None and told.start < end and start < told.end
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--errors", action="store_true", help="print what is wrong")
    options = parser.parse_args()
    for name, (right, total) in measure(options.articles, show=options.errors).items():
        print(f"{name}: {right} of {total}, {right / total:.1%}")


if __name__ == "__main__":
    main()
