"""``guongsang sources learn``: from crawled pages to a block in sources.yaml that reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pipeline.cli import main
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.sources import load_sources
from pipeline.crawl.spool import FetchedPage
from pipeline.demo.newspapers import DemoNewspapers
from pipeline.ingest import crawl_sources, rebuild
from pipeline.ingest.pages import keep_page
from pipeline.shapes import FeedItem
from pipeline.store.models import Article
from pipeline.text.clock import utc_now
from tests.crawling import HEAVY, Stubborn
from tests.homes import make_home

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OUTLET = "songlam"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Crawled without selectors."""
    home = make_home(tmp_path)
    monkeypatch.setenv("GUONGSANG_HOME", str(home.root))
    with DemoNewspapers(utc_now()) as papers:
        entries = papers.sources()
        for entry in entries:
            entry.pop("selectors", None)
        text = yaml.safe_dump({"sources": entries}, allow_unicode=True, sort_keys=False)
        (home.root / "sources.yaml").write_text(f"# Của tòa soạn.\n{text}", "utf-8")
        office = load_office(home.office_file)
        crawl_sources(home, office, [OUTLET], now=utc_now(), allow_private=True)
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["sources", "learn", *arguments])
        said = capsys.readouterr()
        return int(str(end.value.code)), said.out, said.err

    return run


def test_learned_written_and_read_by(home: Home, run: Callable[..., tuple[int, str, str]]) -> None:
    file = home.root / "sources.yaml"
    before = file.read_text("utf-8")
    code, out, _ = run(OUTLET)
    assert code == 0
    assert out.startswith("  selectors:  # học từ ")
    assert file.read_text("utf-8") == before

    code, again, _ = run(OUTLET, "--write")
    assert (code, again) == (0, out)
    entry = _entry(before)
    assert file.read_text("utf-8") == before.replace(entry, entry + out)  # nothing else changed
    source = next(source for source in load_sources(file) if source.key == OUTLET)
    assert source.selectors is not None
    assert source.selectors.title == "h1.sc-title"
    assert source.selectors.published == "span.c-time"

    by_rules = {a.canonical_url: (a.title, a.sapo, a.text, a.author) for a in _articles()}
    rebuild(home, now=utc_now())
    by_selectors = {a.canonical_url: (a.title, a.sapo, a.text, a.author) for a in _articles()}
    assert by_selectors == by_rules
    assert {article.extractor for article in _articles()} == {"selectors"}


def test_refusals(home: Home, run: Callable[..., tuple[int, str, str]]) -> None:
    code, _, said = run("khongco")
    assert code == 2
    assert "no source 'khongco'" in said
    code, _, said = run("bazan")
    assert code == 1
    assert "bazan: 0 of 0 pages are articles; at least 9 are needed" in said
    code, _, said = run(OUTLET, "--write", "--pages", "8")
    assert code == 1
    assert "songlam: 8 of 8 pages are articles" in said
    assert load_sources(home.sources_file)[1].selectors is None


def _entry(text: str) -> str:
    start = text.index(f"- key: {OUTLET}\n")
    end = text.find("\n- key:", start)
    return text[start:] if end < 0 else text[start : end + 1]


def _articles() -> list[Article]:
    return list(Article.objects.filter(source=OUTLET))


def test_a_page_that_no_parser_bears_is_left_out(
    home: Home, run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, before, _ = run(OUTLET)
    monkeypatch.setattr("pipeline.cli.learning.Apart", Stubborn)
    heavy = "http://songlam.example.vn/nang.html"
    keep_page(FetchedPage(OUTLET, heavy, heavy, heavy, utc_now(), 200, {}, FeedItem(heavy), HEAVY))
    code, out, said = run(OUTLET)
    assert (code, out) == (0, before)
    assert f"{heavy}: bỏ qua, trang quá nặng: reading it takes" in said
