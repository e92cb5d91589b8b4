from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.config.provinces import CENTRAL
from pipeline.config.sources import Agreement, Listing, Selectors, Source, load_sources
from pipeline.config.yamlfile import ConfigError

ROOT = Path(__file__).resolve().parents[2]
GOOD = """sources:
- key: baomau
  name: Báo Mẫu
  province: Lào Cai
  home: https://bao-mau.vn
"""


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "sources.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load_sources(path)
    return [str(fault).removeprefix(f"{path}:") for fault in error.value.faults]


def test_every_key_of_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(
        GOOD
        + r"""  kind: tv
  feeds: [https://bao-mau.vn/rss]
  listings:
  - {url: https://bao-mau.vn/tin, item: 'h2 a', next: 'a[rel=next]'}
  article_url: '-post\d+\.html$'
  avoid: ['/rao-vat/']
  delay: 2.5
  every: 30m
  extractor: newspaper
  selectors: {title: h1, body: div.body, remove: [.box, aside]}
  agreement: {number: 12/TT, date: 2026-01-15, photos: true}
  keep_case: false
  enabled: true
  verified: 2026-11-20
""",
        "utf-8",
    )
    (source,) = load_sources(path)
    assert source.delay == timedelta(seconds=2.5)
    assert source.every == timedelta(minutes=30)
    assert source.verified == date(2026, 11, 20)
    assert source.agreement is not None
    assert source.agreement.photos
    assert source.selectors is not None
    assert source.selectors.remove == (".box", "aside")


def test_absent_keys_mean_the_documented_defaults(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, "utf-8")
    (source,) = load_sources(path)
    assert not source.enabled
    assert source.delay == timedelta(seconds=5)
    assert (source.every, source.agreement, source.selectors) == (None, None, None)
    assert (source.kind, source.extractor, source.keep_case) == ("newspaper", "auto", True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  artcle_url: x", "6: unknown key 'artcle_url' → did you mean 'article_url'?"),
        (
            "  feeds: [bao-mau.vn/rss]",
            "6: sources.0.feeds.0: 'bao-mau.vn/rss' is not a web address",
        ),
        ("  feeds: ['https://a:b@bao.vn/']", "holds a log-in → leave out what stands before @"),
        ("  feeds: ['ftp://bao.vn/rss']", "'ftp://bao.vn/rss' is not a web address"),
        ("  article_url: '(['", "6: sources.0.article_url: '([' is not a regular expression"),
        ("  delay: nhanh", "'nhanh' is not a duration → write 30s, 15m, 6h or 1d"),
        ("  selectors: {body: 'div['}", "'div[' is not a CSS selector"),
        ("  selectors: {bodi: div}", "6: unknown key 'bodi' → did you mean 'body'?"),
        (
            "  listings:\n  - {url: https://b.vn, itme: a}",
            "7: unknown key 'itme' → did you mean 'item'?",
        ),
        ("  kind: radio", "6: sources.0.kind: Input should be 'newspaper', 'tv' or 'portal'"),
        ("  home: https://hai.vn", "6: key 'home' is given twice (first on line 5)"),
        ("  feeds: [&a https://b.vn/rss, *a]", "anchors and aliases are not allowed"),
    ],
)
def test_a_fault_names_line_and_remedy(tmp_path: Path, line: str, expected: str) -> None:
    (fault,) = faults(tmp_path, GOOD + line + "\n")
    assert expected in fault


def test_two_sources_with_one_key(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, GOOD + GOOD.removeprefix("sources:\n"))
    assert fault.startswith("6: source 'baomau' stands already further up (entry 1)")


@pytest.mark.parametrize(("old", "today"), [("Yên Bái", "Lào Cai"), ("lao cai", "Lào Cai")])
def test_former_provinces_are_told_todays_name(tmp_path: Path, old: str, today: str) -> None:
    (fault,) = faults(tmp_path, GOOD.replace("Lào Cai", old))
    assert fault == f"4: '{old}' is not a province of today → write '{today}'"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, GOOD + "  dely: 3\n  every: often\n")) == 2


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://bao.vn/xa-hoi/chi-mo-post123.html", True),
        ("https://bao.vn/chi-mo-post123.html?utm_source=x", True),
        ("https://bao.vn/rao-vat/ban-xe-post9.html", False),
        ("https://bao.vn/gi%E1%BB%9Bi-thi%E1%BB%87u/a-post9.html", False),
        ("https://bao.vn/xa-hoi", False),
    ],
)
def test_wanted_by_patterns(url: str, wanted: bool) -> None:
    source = Source(
        key="b",
        name="B",
        province="Huế",
        home="https://bao.vn",
        article_url=r"-post\d+\.html$",  # type: ignore[arg-type]
        avoid=("^/rao-vat/", "^/giới-thiệu/"),  # type: ignore[arg-type]
    )
    assert source.wants(url) is wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/rao-vat/ban-xe-1.html", False),
        ("/Can-Biet/gia-vang-1.html", False),
        ("/xa-hoi/quang-cao-sai-su-that-1.html", True),
        ("/quang-cao-sai-su-that-1.html", True),
    ],
)
def test_sections_of_advertisements_are_shunned_unless_told_otherwise(
    path: str, wanted: bool
) -> None:
    source = Source(key="b", name="B", province="Huế", home="https://bao.vn")
    assert source.wants(f"https://bao.vn{path}") is wanted
    assert source.model_copy(update={"avoid": ()}).wants(f"https://bao.vn{path}")


def test_the_shipped_file_covers_all_provinces_and_enables_nothing() -> None:
    sources = load_sources(ROOT / "sources.yaml")
    assert not [source.key for source in sources if source.enabled or source.verified]
    assert all(source.feeds or source.sitemaps or source.listings for source in sources)
    facts = ROOT.parent / "shared" / "domain" / "provinces.csv"
    central = [source for source in sources if source.province == CENTRAL]
    assert {"nhandan", "qdnd", "moha"} <= {source.key for source in central}
    assert all(source.local_province is None for source in central)
    provinces = {source.province for source in sources if source.local_province}
    assert len(provinces) == 34
    if facts.exists():
        with facts.open(encoding="utf-8") as file:
            assert provinces == {row["name"] for row in csv.DictReader(file)}


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "howto" / "add-a-source.md").read_text("utf-8")
    for model in (Source, Listing, Selectors, Agreement):
        for key in model.model_fields:
            assert f"`{key}`" in page, f"{model.__name__}.{key} is not in add-a-source.md"
