"""Selectors learned from pages of one site: what they are, what they find, when there are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config.editing import CannotEdit, selectors_yaml, set_selectors
from pipeline.config.sources import Selectors, Source, load_sources
from pipeline.extract import extract
from pipeline.extract.learning import LEAST_PAGES, CannotLearn, learn_selectors
from pipeline.shapes import ExtractedArticle
from tests.cms import NOW, Page
from tests.sites import site

FAMILIES = ["a_id", "aspx_portal", "epi_post", "id_html", "nukeviet", "onecms", "wordpress"]
YAML = """# Do tòa soạn giữ.
sources:
- key: khac
  name: Báo Khác
  province: Huế
  home: https://khac.vn

# Báo của ta.
- key: mau
  name: Báo Mẫu  # tên in trên tin
  province: Huế
  home: https://mau.vn{selectors}
  delay: 7  # họ xin

# Cuối tệp.
"""


def given(pages: tuple[Page, ...]) -> list[tuple[str, bytes]]:
    return [(page.url, page.html.encode()) for page in pages]


def source(selectors: Selectors | None) -> Source:
    return Source(
        key="mau", name="Báo Mẫu", province="Huế", home="https://mau.vn", selectors=selectors
    )


def essence(article: ExtractedArticle) -> ExtractedArticle:
    """Without what tells who read it and how sure that one is."""
    return replace(article, extractor="trafilatura", confidence=0.0, date_reason=None)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_learned_reads_unseen_pages_as_the_rules_do(family: str) -> None:
    pages = site(family, 24)
    selectors = learn_selectors(given(pages[:18]), now=NOW).selectors
    assert selectors.title
    assert selectors.body
    assert selectors.published
    for page in pages[18:]:
        by_rules = extract(page.html.encode(), url=page.url, now=NOW)
        article = extract(page.html.encode(), url=page.url, source=source(selectors), now=NOW)
        assert article.extractor == "selectors"
        assert article.selectors_missed == ()
        assert essence(article) == essence(by_rules)
        assert article.title == page.article["title"]
        assert article.text == page.text
        assert article.published_at == page.published


def boxed(page: Page, number: int) -> bytes:
    """The text in a ``div.detail`` among what the site puts there: a call, a box, a note."""
    before, rest = page.html.split('<div class="detail__content">')
    text, after = rest.split('<div class="detail__tags">')
    call = "Mời độc giả đặt mua báo giấy tại các bưu cục trên toàn tỉnh, giá không đổi."
    box = f"Chuyện {number}: người giữ đèn biển đã làm việc {number} năm không nghỉ ngày nào."
    return (
        f'{before}<div class="content"><div class="detail"><div class="adv">{call}</div>'
        f'{text.rpartition("</div>")[0]}<div class="box-in"><h4>Cùng tác giả</h4><p>{box}</p></div>'
        f'</div><div class="follow">{call}</div></div><div class="detail__tags">{after}'
    ).encode()


def test_what_the_site_puts_into_the_text_is_removed() -> None:
    pages = site("id_html", 24)
    given = [(page.url, boxed(page, number)) for number, page in enumerate(pages)]
    selectors = learn_selectors(given[:18], now=NOW).selectors
    assert selectors.body == "div.detail"
    assert {"div.adv", "div.box-in"} <= set(selectors.remove)
    for (url, html), page in zip(given[18:], pages[18:], strict=True):
        assert extract(html, url=url, source=source(selectors), now=NOW).text == page.text


def test_names_say_what_the_part_is() -> None:
    learned = learn_selectors(given(site("id_html", 18)), now=NOW)
    assert learned.selectors == Selectors(
        title="h1.detail__title",
        sapo="h2.detail__summary",
        body="div.detail__content",
        author="span.detail__author",
        published="span.detail__time",
        caption="figcaption",
        remove=("div.quote-box-related",),
    )
    assert (learned.learned_from, learned.tried_on) == (12, 6)
    assert {(a.pages, a.of) for a in learned.agreements.values()} == {(6, 6)}


def test_names_that_programs_make_are_not_learned() -> None:
    pages = site("id_html", 18)
    made = [
        replace(page, html=page.html.replace("detail__title", f"css-{n}x{n * 7919}"))
        for n, page in enumerate(pages)
    ]
    learned = learn_selectors(given(tuple(made)), now=NOW)
    assert "css-" not in (learned.selectors.title or "")


def test_a_part_that_the_pages_held_back_deny_is_left_out() -> None:
    pages = list(site("id_html", 18))
    for n in range(2, 18, 3):  # every third is held back
        pages[n] = replace(pages[n], html=pages[n].html.replace("detail__author", f"x{n}"))
    learned = learn_selectors(given(tuple(pages)), now=NOW)
    assert learned.selectors.author is None
    assert learned.agreements["author"].pages == 0
    assert learned.selectors.title == "h1.detail__title"


def test_too_few_pages_are_refused() -> None:
    pages = [*given(site("id_html", LEAST_PAGES - 1)), ("https://mau.vn/", b"<p>Trang chu</p>")]
    with pytest.raises(CannotLearn, match=f"^{LEAST_PAGES - 1} of {LEAST_PAGES} pages are art"):
        learn_selectors(pages, now=NOW)


def test_pages_without_names_are_refused() -> None:
    with pytest.raises(CannotLearn, match="name no part of them alike"):
        learn_selectors(given(site("plain_tables", 18)), now=NOW)


@pytest.mark.parametrize(
    "before",
    ["", "\n  selectors: {title: h1, body: .cu}", "\n  selectors:\n    title: h1\n    body: .cu"],
)
def test_the_block_goes_into_the_file_and_back(before: str, tmp_path: Path) -> None:
    learned = learn_selectors(given(site("onecms", 12)), now=NOW).selectors
    block = selectors_yaml(learned, {"selectors": "học từ 8 trang", "title": "đúng 4/4 trang"})
    text = set_selectors(YAML.format(selectors=before), "mau", learned, block)
    file = tmp_path / "sources.yaml"
    file.write_text(text, "utf-8")
    other, mine = load_sources(file)
    assert mine.selectors == learned
    assert other.selectors is None
    kept = YAML.format(selectors="").splitlines()
    assert [line for line in text.splitlines() if line in kept] == kept
    assert "  selectors:  # học từ 8 trang" in text
    assert ".cu" not in text


def test_an_entry_on_one_line_is_left_to_a_person() -> None:
    text = "sources:\n- {key: mau, name: A, province: Huế, home: 'https://a.vn'}\n"
    learned = Selectors(title="h1")
    with pytest.raises(CannotEdit, match="edit it by hand"):
        set_selectors(text, "mau", learned, selectors_yaml(learned, {}))
