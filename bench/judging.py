"""How many articles a second one core judges, beside what underthesea and pyvi need for less.

    python -m bench.judging LABELLED.jsonl [--articles 150] [--rounds 5]

Ours is the whole judgement: phrases, sectors, campaigns, places, people, organisations, awards,
subject, flags, evidence. Theirs is the first steps only that such a judgement could be built on:
word segmentation and part-of-speech tags, with underthesea also names. All read the same texts in
turns in one process; CPU time of all its threads counts, of every article the least of the rounds.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.cli.judging import article_of, province_finder
from pipeline.config.home import Home, defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge import Judge
from pipeline.shapes import ArticleText
from pipeline.text.clock import utc_now

Read = Callable[[ArticleText], Any]


def readers() -> dict[str, Read]:
    judging = Judge(load_taxonomy(defaults_dir() / "taxonomy"))
    found: dict[str, Read] = {"guongsang: the whole judgement": judging.judge}
    underthesea, pyvi = _peer("underthesea"), _peer("pyvi")
    if underthesea:
        found["underthesea: word_tokenize"] = lambda a: underthesea.word_tokenize(_text(a))
        found["underthesea: pos_tag"] = lambda a: underthesea.pos_tag(_text(a))
        found["underthesea: ner"] = lambda a: underthesea.ner(_text(a))
    if pyvi:
        tokenizer = import_module("pyvi.ViTokenizer")
        tagger = import_module("pyvi.ViPosTagger")
        found["pyvi: tokenize"] = lambda a: tokenizer.tokenize(_text(a))
        found["pyvi: tokenize and postagging"] = lambda a: tagger.postagging(
            tokenizer.tokenize(_text(a))
        )
    return found


def _peer(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        print(f"{name} is not installed: uv sync --group bench")
        return None


def _text(article: ArticleText) -> str:
    return "\n".join(part for part in (article.title, article.sapo, article.text) if part)


def least_seconds(
    read: dict[str, Read], articles: list[ArticleText], rounds: int
) -> dict[str, float]:
    """CPU seconds for all articles, of each the least of the rounds."""
    least = {name: [float("inf")] * len(articles) for name in read}
    for _ in range(rounds):
        for name, reader in read.items():
            for at, article in enumerate(articles):
                began = time.process_time()
                reader(article)
                least[name][at] = min(least[name][at], time.process_time() - began)
    return {name: sum(times) for name, times in least.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--articles", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    province_of, now = province_finder(Home(defaults_dir())), utc_now()
    lines = options.labelled.read_text(encoding="utf-8").splitlines()
    chosen = random.Random(1).sample(lines, min(options.articles, len(lines)))
    articles = [article_of(json.loads(line), province_of=province_of, now=now) for line in chosen]
    read = readers()
    for reader in read.values():
        reader(articles[0])
    syllables = sum(len(_text(article).split()) for article in articles) / len(articles)
    print(f"{len(articles)} articles, {syllables:.0f} syllables each, {options.rounds} rounds")
    for name, seconds in least_seconds(read, articles, options.rounds).items():
        rate = len(articles) / seconds
        print(f"{name:32} {rate:7.0f} articles/s {1000 / rate:9.2f} ms")


if __name__ == "__main__":
    main()
