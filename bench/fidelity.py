"""Planted errors caught and false alarms of ``check``.

    python -m bench.fidelity ARTICLES.jsonl [--seed 1] [--every 6] [--show 20]

First on extracts, two sentences of one article, with errors and rewordings made by ``planting``.
Then on each file of ``OUTSIDERS``: summaries of such articles in free wording and errors planted
by hand, both written before their author had read the checker.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.planting import ERRORS, EXCHANGED, FAITHFUL
from pipeline.judge.fidelity.checking import check

_LABELS = Path(__file__).parent / "labels"
OUTSIDERS = {
    "hand": _LABELS / "fidelity-outsider.jsonl",
    "hand2": _LABELS / "fidelity-outsider-2.jsonl",
    "hand3": _LABELS / "fidelity-outsider-3.jsonl",
}


def article_text(item: dict[str, str]) -> str:
    """Headline, sapo and body of an article line, as ``check`` takes a source."""
    fields = (item.get(name) or "" for name in ("title", "sapo", "text"))
    return unicodedata.normalize("NFC", "\n".join(field for field in fields if field))


def extracts(path: Path, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Two sentences of each article, and the article."""
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        source = article_text(item)
        sentences = [
            sentence.strip()
            for paragraph in source.split("\n")[1:]
            for sentence in re.split(r"(?<=[a-zà-ỹđ\d)]\.)\s+(?=[A-ZĐÀ-Ỵ])", paragraph)
        ]
        good = [
            s
            for s in dict.fromkeys(sentences)
            if s.endswith(".")
            and 8 <= len(s.split()) <= 50
            and s.count("“") == s.count("”")
            and not re.search(r"[\"'‘’]|Ảnh|:|”\.?$", s)
        ]
        if len(good) >= 2:
            for _ in range(3):
                chosen = rng.sample(range(len(good)), 2)
                yield " ".join(good[number] for number in sorted(chosen)), source


@dataclass
class Tally:
    planted: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    faithful: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    checks: int = 0


def measure(pairs: Iterable[tuple[str, str]], rng: random.Random) -> Tally:
    """Plant every possible error in, and make every faithful variant of, each extract."""
    tally = Tally()
    for text, source in pairs:
        before = {(f.kind, f.quote) for f in check(text, source).unsupported}
        for change in (*ERRORS, *EXCHANGED, *FAITHFUL):
            new = change(text, source, rng)
            if new is None:
                continue
            findings = check(new, source).unsupported
            tally.checks += 1
            name = change.__name__
            if change in FAITHFUL:
                tally.faithful[name] += 1
                tally.alarms[name] += bool(findings)
                wrong = bool(findings)
            else:
                wrong = all((f.kind, f.quote) in before for f in findings)
                tally.planted[name] += 1
                tally.caught[name] += not wrong
            if wrong:
                found = [(f.kind, f.quote, f.why) for f in findings]
                tally.mistakes.append(f"{name}: {new}\n    {found}")
    return tally


@dataclass
class HandTally(Tally):
    claims: int = 0
    claim_alarms: int = 0
    """Findings in faithful summaries, against the ``claims`` looked at in them."""


def measure_by_hand(labels: Iterable[str], sources: dict[str, str]) -> HandTally:
    """Check every summary as it is, then with each of its planted errors alone.

    Labels are JSON lines: ``id``, ``summary``, ``planted`` (each with ``kind``, ``from``, ``to``).
    An error counts as caught when the check finds something that it does not find without it.
    """
    tally = HandTally()
    for line in labels:
        item = json.loads(line)
        summary, source = item["summary"], sources[item["id"]]
        plain = check(summary, source)
        before = {(f.kind, f.quote) for f in plain.unsupported}
        tally.claims += plain.claims
        tally.claim_alarms += len(plain.unsupported)
        tally.faithful["summary"] += 1
        tally.alarms["summary"] += bool(before)
        tally.mistakes += [
            f"alarm {item['id']}: {f.kind} “{f.quote}” {f.why}" for f in plain.unsupported
        ]
        for error in item["planted"]:
            found = check(summary.replace(error["from"], error["to"]), source).unsupported
            caught = any((f.kind, f.quote) not in before for f in found)
            tally.planted[error["kind"]] += 1
            tally.caught[error["kind"]] += caught
            if not caught:
                tally.mistakes.append(
                    f"missed {item['id']}: {error['kind']} “{error['from']}” → “{error['to']}”"
                )
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="take one extract of so many")
    parser.add_argument("--show", type=int, default=0, help="how many mistakes to print")
    arguments = parser.parse_args()
    print("Planted by seed in extracts")
    rng = random.Random(arguments.seed)
    began = time.perf_counter()
    chosen = islice(extracts(arguments.articles, rng), 0, None, arguments.every)
    tally = measure(chosen, rng)
    milliseconds = (time.perf_counter() - began) / max(1, tally.checks) * 1000
    _show(tally, arguments.show)
    print(f"{milliseconds:.2f} ms a check")
    lines = arguments.articles.read_text(encoding="utf-8").splitlines()
    sources = {item["id"]: article_text(item) for item in map(json.loads, lines)}
    for path in OUTSIDERS.values():
        print(f"\nPlanted by hand in free summaries: {path.name}")
        by_hand = measure_by_hand(path.read_text(encoding="utf-8").splitlines(), sources)
        _show(by_hand, arguments.show)
        print(
            f"false alarms {by_hand.claim_alarms / by_hand.claims:.4f} of {by_hand.claims} claims"
        )


def _show(tally: Tally, mistakes: int) -> None:
    print(*tally.mistakes[:mistakes], sep="\n")
    for name, count in tally.planted.items():
        print(f"{name:20} planted {count:5}  caught {tally.caught[name] / count:.4f}")
    for name, count in tally.faithful.items():
        print(f"{name:20} faithful {count:4}  alarms {tally.alarms[name] / count:.4f}")
    planted, faithful = tally.planted.total(), tally.faithful.total()
    print(f"caught {tally.caught.total() / planted:.4f} of {planted} planted errors")
    print(f"false alarms {tally.alarms.total() / faithful:.4f} of {faithful}")


if __name__ == "__main__":
    main()
