"""Repeated pages of one site, read by its selectors, by our rules alone and by trafilatura.

``python -m bench.selectors [CORPUS] [--pages N] [--json]``. The sites: several hundred pages of
replicas of ``tests.cms``, bare and with the menus, lists and scripts of a real page around them,
and, where CORPUS holds saved pages of an aggregator, those. The readers take turns of 25 pages, so
that all meet the same machine; trafilatura, which remembers lines, forgets them between turns (a
second look at a page is no first one). CPU seconds count.

Our readers give title, date, author, captions, tags as well as the text; of trafilatura there are
rows for the text alone in each mode, and one for text and metadata. F1 is that of the body's words
in runs of four. A replica's true body is known. The aggregator marks every paragraph, caption and
byline by class; its true body is what it marks as paragraph (pages of a video alone are left out).
"""

from __future__ import annotations

import json
import re
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import lxml.html
import trafilatura
from trafilatura.meta import reset_caches

from pipeline.cli.evaluating_extraction import body_f1
from pipeline.config.sources import Selectors, Source
from pipeline.extract import NotAnArticle, extract
from pipeline.text.clock import utc_now
from tests.sites import site

NOW = utc_now()
CHUNK = 25
REPLICAS = {
    "onecms": Selectors(
        title="h1.sc-longform-header-title",
        sapo="p.sc-longform-header-sapo",
        body="article.entry",
        author=".sc-longform-header-author",
        published=".sc-longform-header-date",
        caption="figcaption",
        remove=(".sc-longform-header", ".c-related-inline"),
    ),
    "td_post": Selectors(
        title="h1.entry-title",
        sapo=".td-post-content > p:first-child strong",
        body=".td-post-content",
        author=".td-post-content > p[style*=right] strong",
        published=".td-post-date",
        caption=".td-post-content table",
    ),
}
AGGREGATOR = Selectors(
    title="h1",
    sapo=".sapo",
    body=".content-body",
    author=".body-author",
    published=".content-meta time",
    caption=".media-caption",
)


@dataclass(frozen=True)
class Case:
    url: str
    html: bytes
    text: str


@dataclass(frozen=True)
class Site:
    name: str
    selectors: Selectors
    cases: Sequence[Case]


Reader = Callable[[Case, Source], str]


def by_trafilatura(**options: bool) -> Reader:
    def run(case: Case, source: Source) -> str:
        text = trafilatura.extract(case.html, url=case.url, include_comments=False, **options)
        return text or ""

    return run


def with_metadata(case: Case, source: Source) -> str:
    found = trafilatura.bare_extraction(
        case.html, url=case.url, include_comments=False, with_metadata=True
    )
    return (found.text if found else "") or ""


def by_selectors(case: Case, source: Source) -> str:
    try:
        return extract(case.html, url=case.url, source=source, now=NOW).text
    except NotAnArticle:
        return ""


def by_rules(case: Case, source: Source) -> str:
    return by_selectors(case, source.model_copy(update={"selectors": None}))


READERS: dict[str, Reader] = {
    "trafilatura": by_trafilatura(),
    "trafilatura fast": by_trafilatura(fast=True),
    "trafilatura precision": by_trafilatura(favor_precision=True),
    "trafilatura recall": by_trafilatura(favor_recall=True),
    "trafilatura, metadata": with_metadata,
    "guongsang, rules": by_rules,
    "guongsang, selectors": by_selectors,
}


@click.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path))
@click.option("--pages", default=200, show_default=True, help="Of each site.")
@click.option("--json", "as_json", is_flag=True)
def main(corpus: Path | None, pages: int, as_json: bool) -> None:
    """Print body F1 and pages a second of one core for each reader and site."""
    warnings.simplefilter("ignore")
    for one in _sites(corpus, pages):
        weight = sum(len(case.html) for case in one.cases) / len(one.cases) / 1024
        rows = _measure(one)
        if as_json:
            for name, (f1, speed) in rows.items():
                figures = {"f1": f1, "pages_per_second": speed}
                click.echo(json.dumps({"site": one.name, "reader": name, **figures}))
            continue
        click.echo(f"{one.name}: {len(one.cases)} pages of {weight:.0f} KB")
        click.echo(f"{'':24}{'F1':>7}{'pages/s':>9}{'times trafilatura':>19}")
        base = rows["trafilatura"][1]
        for name, (f1, speed) in rows.items():
            click.echo(f"{name:24}{f1:7.3f}{speed:9.0f}{speed / base:19.1f}")


def _measure(one: Site) -> dict[str, tuple[float, float]]:
    """Mean F1 and pages a CPU second by reader."""
    source = Source(
        key="site", name="Site", province="", home="https://a.vn", selectors=one.selectors
    )
    seconds, scores = dict.fromkeys(READERS, 0.0), dict.fromkeys(READERS, 0.0)
    for reader in READERS.values():  # imports are not the pages' time
        reader(one.cases[0], source)
    for start in range(0, len(one.cases), CHUNK):
        for name, reader in READERS.items():
            reset_caches()
            for case in one.cases[start : start + CHUNK]:
                begin = time.process_time()
                text = reader(case, source)
                seconds[name] += time.process_time() - begin
                scores[name] += body_f1(text, case.text)
    count = len(one.cases)
    return {name: (scores[name] / count, count / seconds[name]) for name in READERS}


def _sites(corpus: Path | None, count: int) -> Iterator[Site]:
    for family, selectors in REPLICAS.items():
        for heavy in (False, True):
            pages = site(family, count, heavy=heavy)
            cases = [Case(page.url, page.html.encode(), page.text) for page in pages]
            yield Site(f"{family}{', real weight' if heavy else ''}", selectors, cases)
    manifest = corpus / "pages" / "manifest.jsonl" if corpus else None
    if manifest and manifest.exists():
        yield Site("an aggregator's saved pages", AGGREGATOR, list(_saved(manifest, count)))
    else:
        click.echo("left out: an aggregator's saved pages are not here", err=True)


def _saved(manifest: Path, count: int) -> Iterator[Case]:
    found = 0
    for line in manifest.read_text("utf-8").splitlines():
        row = json.loads(line)
        html = (manifest.parent / row["file"]).read_bytes()
        if (text := _marked(html)) and found < count:
            found += 1
            yield Case(row["url"], html, text)


def _marked(html: bytes) -> str:
    """The paragraphs by the aggregator's own classes."""
    tree = lxml.html.document_fromstring(re.sub(r"<br\s*/?>", "\n", html.decode("utf-8")))
    lines = [
        " ".join(line.split())
        for element in tree.cssselect(".content-body .text, .content-body li")
        if not {"media-caption", "body-author"} & set((element.get("class") or "").split())
        for line in element.text_content().splitlines()
    ]
    text = "\n".join(line for line in lines if line)
    return text if len(text) > 200 else ""


if __name__ == "__main__":
    main()
