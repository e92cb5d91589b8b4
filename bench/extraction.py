"""Bodies read by us and by others, side by side, on public evaluation sets.

``python -m bench.extraction SET...``, where SET is a checkout of scrapinghub's
article-extraction-benchmark (whole texts; F1 over runs of four words, its own measure) or of
trafilatura (phrases that must and must not be in the text). The sets are others' pages: they are
read where they lie and never become part of the project. Others that are not installed (group
``bench`` of pyproject.toml) are left out and said so.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
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
    from pipeline.extract import NotAnArticle, extract

    try:
        return extract(html, url=url, now=NOW).text
    except NotAnArticle:
        return ""


def trafilatura(**options: bool) -> Extractor:
    def run(html: bytes, url: str) -> str:
        import trafilatura

        return trafilatura.extract(html, url=url, include_comments=False, **options) or ""

    return run


def readability(html: bytes, url: str) -> str:
    import lxml.html
    from readability import Document

    summary = Document(html.decode("utf-8", "replace")).summary()
    return lxml.html.document_fromstring(summary).text_content() if summary.strip() else ""


def newspaper(html: bytes, url: str) -> str:
    from pipeline.extract.libraries import newspaper_paragraphs

    return "\n".join(newspaper_paragraphs(html.decode("utf-8", "replace"), url))


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
    """Print F1, precision, recall and pages a second on one core for each extractor and set."""
    warnings.simplefilter("ignore")
    for folder in sets:
        cases = list(_cases(folder))
        if not as_json:
            click.echo(f"{folder.name}: {len(cases)} pages")
            click.echo(f"{'':24}{'F1':>8}{'precision':>11}{'recall':>8}{'pages/s':>9}")
        for name, (module, extractor) in EXTRACTORS.items():
            if only and name not in only:
                continue
            if importlib.util.find_spec(module) is None:
                click.echo(f"{name:24}not installed", err=True)
                continue
            figures = _measure(cases, extractor)
            if as_json:
                click.echo(json.dumps({"set": folder.name, "extractor": name, **figures}))
            else:
                f1, precision, recall, speed = figures.values()
                click.echo(f"{name:24}{f1:8.3f}{precision:11.3f}{recall:8.3f}{speed:9.1f}")


def _measure(cases: list[Case], extractor: Extractor) -> dict[str, float]:
    extractor(cases[0].html, cases[0].url)  # imports and caches are not the pages' time
    start = time.perf_counter()
    texts = []
    for case in cases:
        try:
            texts.append(extractor(case.html, case.url))
        except Exception:  # noqa: BLE001 - another project's crash on a page is its empty answer
            texts.append("")
    seconds = time.perf_counter() - start
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
    """Over all phrases: wanted and unwanted ones found, as trafilatura's ``evaluate.py``."""
    right = missed = wrong = 0
    for case, text in zip(cases, texts, strict=True):
        right += sum(phrase in text for phrase in case.wanted)
        missed += sum(phrase not in text for phrase in case.wanted)
        wrong += sum(phrase in text for phrase in case.unwanted)
    return right / max(1, right + wrong), right / max(1, right + missed)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def _cases(folder: Path) -> Iterator[Case]:
    truth = folder / "ground-truth.json"
    if truth.exists():
        for key, page in json.loads(truth.read_text("utf-8")).items():
            html = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
            yield Case(page["url"], html, text=page["articleBody"])
        return
    pages = json.loads((folder / "tests" / "evaldata.json").read_text("utf-8"))
    for url, page in pages.items():
        files = [folder / "tests" / place / page["file"] for place in ("cache", "eval")]
        file = next((file for file in files if file.exists()), None)
        if file is not None:
            yield Case(
                url, file.read_bytes(), wanted=tuple(page["with"]), unwanted=tuple(page["without"])
            )


if __name__ == "__main__":
    main()
