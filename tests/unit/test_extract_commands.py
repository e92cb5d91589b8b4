"""``guongsang extract`` and ``guongsang evaluate extract``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.cli.evaluating_extraction import body_f1, chrome_lines
from tests.cms import Page, pages
from tests.crawling import HEAVY, Stubborn

HOSTILE = '{"id": "x", "html": 7}\nnot json\n{"id": "y", "html": "<p>x"}\n[1]\n'


@pytest.fixture
def page() -> Page:
    return next(page for page in pages() if page.family == "epi_post")


def run(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_one_page_as_json(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page.html, "utf-8")
    code, out, _ = run("extract", str(file), "--url", page.url, "--json")
    assert code == 0
    shape = json.loads(out)
    assert shape["title"] == page.article["title"]
    assert shape["published_at"] == page.article["published"]
    assert shape["text"] == "\n".join(shape["paragraphs"]) == page.text


def test_one_page_for_people_from_standard_input(page: Page) -> None:
    code, out, _ = run("extract", "-", stdin=page.html)
    assert code == 0
    assert page.article["title"] in out
    assert page.text in out


def test_no_article_is_failed_work(tmp_path: Path) -> None:
    file = tmp_path / "empty.html"
    file.write_text("<html></html>")
    code, _, err = run("extract", str(file))
    assert code == 1
    assert "no article" in err
    assert run("extract", str(tmp_path / "absent.html"))[0] == 1


def test_stream_keeps_order_and_goes_on(page: Page, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page.html, "utf-8")
    file = tmp_path / "pages.jsonl"
    good = {"id": 1, "url": page.url, "html": page.html}
    by_file = {
        "id": 2,
        "url": page.url,
        "file": "page.html",
        "headers": {"Content-Type": "text/html"},
    }
    lines = [json.dumps(good), *HOSTILE.splitlines(), json.dumps(by_file)]
    file.write_text("\n".join(lines), "utf-8")
    code, out, _ = run("extract", str(file), "--jsonl")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [answer["id"] for answer in answers] == [1, "x", None, "y", None, 2]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
    assert answers[0]["text"] == answers[-1]["text"] == page.text


def test_evaluation_counts_right_and_wrong(page: Page, tmp_path: Path) -> None:
    right = {
        "url": page.url,
        "html": page.html,
        "title": page.article["title"],
        "published_at": page.article["published"],
        "text": page.text,
    }
    wrong = right | {"title": "Một tiêu đề khác", "time": "01/02/2020", "published_at": None}
    refused = right | {"html": "<html></html>"}
    file = tmp_path / "labels.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in (right, wrong, refused)), "utf-8")
    code, out, _ = run("evaluate", "extract", str(file), "--json")
    assert code == 0
    figures = json.loads(out)
    assert figures["pages"] == 3
    assert figures["refused"] == 1
    assert figures["titles_right"] == 1
    assert (figures["minutes_labelled"], figures["minutes_right"]) == (2, 1)  # refused is not right
    assert (figures["days_labelled"], figures["days_right"]) == (1, 0)
    assert figures["with_chrome"] == 0
    assert figures["wrong"] == 2
    assert run("evaluate", "extract", str(file))[0] == 0


def test_evaluation_says_which_label_is_bad(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"url": "https://bao.example.vn/a.html", "title": "x"}')
    code, _, err = run("evaluate", "extract", str(file))
    assert code == 1
    assert "labels.jsonl:1: needs file or html" in err


def test_body_f1() -> None:
    assert body_f1("một hai ba bốn năm", "một hai ba bốn năm") == 1
    assert body_f1("", "một hai ba bốn") == 0
    assert 0 < body_f1("một hai ba bốn năm", "một hai ba bốn sáu") < 1


def test_chrome_lines() -> None:
    assert chrome_lines(["Bài viết hay", "Tin liên quan"], None) == ["Tin liên quan"]
    assert chrome_lines(["Chị Lan dạy may."], "Chị Lan dạy may.") == []
    assert chrome_lines(["Giá vàng hôm nay giảm"], "Chị Lan dạy may.") == ["Giá vàng hôm nay giảm"]


def test_a_page_that_no_parser_bears_costs_one_line(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.extracting.Apart", Stubborn)
    heavy = tmp_path / "heavy.html"
    heavy.write_bytes(HEAVY)
    code, _, said = run("extract", str(heavy))
    assert code == 1
    assert "heavy.html: too much for a page: reading it takes more than" in said
    stream = tmp_path / "in.jsonl"
    lines = [{"id": 1, "file": "heavy.html"}, {"id": 2, "url": page.url, "html": page.html}]
    stream.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    code, out, _ = run("extract", str(stream), "--jsonl")
    first, second = map(json.loads, out.splitlines())
    assert first["id"] == 1
    assert "line 1: too much for a page" in first["error"]
    assert second["title"] == page.article["title"]
