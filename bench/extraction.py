"""Bodies read by us and by others, side by side in one run, on public evaluation sets.

``python -m bench.extraction SET...``, where SET is a checkout of scrapinghub's
article-extraction-benchmark (whole texts; F1 over runs of four words, its own measure) or of
trafilatura (phrases that must and must not be in the text). The sets are others' pages: they are
read where they lie and never become part of the project. Others that are not installed (group
``bench`` of pyproject.toml) are left out of the table and named below it.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import logging
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

Extractor = Callable[[bytes, str], str]
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Case:
    url: str
    html: bytes
    text: str | None = None
    """The whole true body, or ..."""
    wanted: tuple[str, ...] = ()
    """... phrases of the body and"""
    unwanted: tuple[str, ...] = ()
    """phrases of what is around it."""


def ours(html: bytes, url: str) -> str:
    """Introduction and text, which ours keeps apart and the sets and the others do not."""
    from pipeline.extract import NotAnArticle, extract

    try:
        article = extract(html, url=url, now=NOW)
    except NotAnArticle:
        return ""
    return "\n".join((article.sapo or "", article.text))


def trafilatura(**options: bool) -> Extractor:
    def run(html: bytes, url: str) -> str:
        import trafilatura

        return trafilatura.extract(html, url=url, include_comments=False, **options) or ""

    return run


def readability(html: bytes, url: str) -> str:
    from readability import Document
    from trafilatura.utils import decode_file

    from pipeline.extract.blocks import read_blocks
    from pipeline.extract.tree import parse

    summary = Document(decode_file(html)).summary()
    return "\n".join(block.text for block in read_blocks(parse(summary)) if block.kind == "text")


def newspaper(html: bytes, url: str) -> str:
    from newspaper import Article
    from trafilatura.utils import decode_file

    article = Article(url, fetch_images=False)
    article.download(input_html=decode_file(html))
    article.parse()
    return str(article.text)


def resiliparse(html: bytes, url: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(bytes_to_str(html, detect_encoding(html)))
    return str(extract_plain_text(tree, main_content=True, alt_texts=False, links=False))


EXTRACTORS: dict[str, tuple[str, Extractor]] = {
    "guongsang": ("pipeline", ours),
    "trafilatura": ("trafilatura", trafilatura()),
    "trafilatura precision": ("trafilatura", trafilatura(favor_precision=True)),
    "trafilatura recall": ("trafilatura", trafilatura(favor_recall=True)),
    "trafilatura fast": ("trafilatura", trafilatura(fast=True)),
    "readability-lxml": ("readability", readability),
    "newspaper4k": ("newspaper", newspaper),
    "resiliparse": ("resiliparse", resiliparse),
}


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--only", multiple=True, type=click.Choice(list(EXTRACTORS)))
@click.option("--json", "as_json", is_flag=True)
def main(sets: tuple[Path, ...], only: tuple[str, ...], as_json: bool) -> None:
    """Print F1, precision, recall and pages a second of one core for each extractor and set."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    measured = {folder.resolve().name: list(read_cases(folder)) for folder in sets}
    if empty := [name for name, cases in measured.items() if not cases]:
        raise click.UsageError(f"no pages of an evaluation set in: {', '.join(empty)}")
    if not as_json:
        heads = [f"{name}, {len(cases)} pages" for name, cases in measured.items()]
        click.echo(" " * 22 + "".join(f"{head:>38}" for head in heads))
        columns = f"{'F1':>11}{'precision':>11}{'recall':>8}{'pages/s':>8}"
        click.echo(" " * 22 + columns * len(measured))
    missing = []
    for name in only or EXTRACTORS:
        module, extractor = EXTRACTORS[name]
        if importlib.util.find_spec(module) is None:
            missing.append(name)
            continue
        row = {key: _measure(cases, extractor) for key, cases in measured.items()}
        if as_json:
            for key, figures in row.items():
                click.echo(json.dumps({"set": key, "extractor": name, **figures}))
        else:
            cells = (
                "{f1:11.3f}{precision:11.3f}{recall:8.3f}{pages_per_second:8.1f}".format(**figures)
                for figures in row.values()
            )
            click.echo(f"{name:22}{''.join(cells)}")
    if missing:
        click.echo(
            f"LEFT OUT, not installed: {', '.join(missing)} (uv sync --group bench)", err=True
        )


def _measure(cases: list[Case], extractor: Extractor) -> dict[str, float]:
    extractor(cases[0].html, cases[0].url)  # imports and caches are not the pages' time
    start = time.process_time()
    texts = []
    for case in cases:
        try:
            texts.append(extractor(case.html, case.url))
        except Exception:  # noqa: BLE001 - another project's crash on a page is its empty answer
            texts.append("")
    seconds = time.process_time() - start
    precision, recall = (_by_text if cases[0].text is not None else _by_phrases)(cases, texts)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "f1": f1,
        "precision": precision,
        "recall": recall,
        "pages_per_second": len(cases) / seconds,
    }


def _by_text(cases: list[Case], texts: list[str]) -> tuple[float, float]:
    """Means over pages of shingle precision and recall, as the benchmark's ``evaluate.py``."""
    precisions, recalls = [], []
    for case, text in zip(cases, texts, strict=True):
        wanted, got = _shingles(case.text or ""), _shingles(text)
        common = sum((wanted & got).values())
        if got:
            precisions.append(common / sum(got.values()))
        if wanted:
            recalls.append(common / sum(wanted.values()))
    return sum(precisions) / len(precisions), sum(recalls) / len(recalls)


def _by_phrases(cases: list[Case], texts: list[str]) -> tuple[float, float]:
    """Over all phrases: wanted and unwanted ones found, as trafilatura's ``eval_common.py``."""
    right = missed = wrong = 0
    for case, text in zip(cases, texts, strict=True):
        line = " ".join(text.split())
        found = sum(" ".join(phrase.split()) in line for phrase in case.wanted)
        right += found
        missed += len(case.wanted) - found
        wrong += sum(" ".join(phrase.split()) in line for phrase in case.unwanted)
    return right / max(1, right + wrong), right / max(1, right + missed)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def read_cases(folder: Path) -> Iterator[Case]:
    """The pages of an evaluation set; none where the folder is no checkout of one."""
    truth = folder / "ground-truth.json"
    if truth.exists():
        for key, page in json.loads(truth.read_text("utf-8")).items():
            html = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
            yield Case(page["url"], html, text=page["articleBody"])
        return
    annotations = folder / "tests" / "evaldata.json"
    pages = json.loads(annotations.read_text("utf-8")) if annotations.exists() else {}
    for url, page in pages.items():
        files = [folder / "tests" / place / page["file"] for place in ("cache", "eval")]
        file = next((file for file in files if file.exists()), None)
        if file is not None:
            yield Case(
                url, file.read_bytes(), wanted=tuple(page["with"]), unwanted=tuple(page["without"])
            )


if __name__ == "__main__":
    main()
