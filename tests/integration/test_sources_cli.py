from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from pipeline.cli import main
from pipeline.config.home import defaults_dir
from pipeline.config.sources import load_sources
from pipeline.crawl.keeping import Alone
from pipeline.store.models import HostLease
from pipeline.text.clock import utc_now
from tests.crawling import HEAVY, Stubborn, rss
from tests.loopback import Reply, Site, loopback_site

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]

OFFICE = "name: Tòa soạn\nprovince: Lào Cai\ncontact: toasoan@vi-du.vn\n"
HOME = """<html><head><title>Báo Mẫu - Tin tức Lào Cai</title>
<link rel=alternate type="application/rss+xml" href="/tin.xml"></head>
<body><a href="/xa-hoi">Xã hội</a></body></html>"""
STORY = """<html><head><title>{title}</title>
<meta property="article:published_time" content="2026-11-20T08:15:00+07:00"></head>
<body><article><h1>{title}</h1>{body}</article></body></html>"""
BODY = "".join(
    f"<p>Đoạn {n}: chị Lò Thị Mẩy ở bản Nậm Mẫu trồng quế đã mười năm, giúp hai mươi hộ trong bản "
    "vay giống, chia sẻ kinh nghiệm chăm cây và cùng nhau bán hàng qua hợp tác xã.</p>"
    for n in range(1, 7)
)


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback_site() as site:
        links = [f"{site.url}/chi-may-trong-que-{n}-post100{n}.html" for n in range(1, 5)]
        site.pages["/"] = Reply(HOME)
        site.pages["/tin.xml"] = Reply(rss(*links), type="application/rss+xml")
        for n, link in enumerate(links, 1):
            title = f"Chị Mẩy trồng quế trên núi, kỳ {n}"
            site.pages[link.removeprefix(site.url)] = Reply(STORY.format(title=title, body=BODY))
        yield site


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    monkeypatch.setattr("pipeline.cli.trying.PROBE_DELAY", timedelta())
    (tmp_path / "office.yaml").write_text(OFFICE, "utf-8")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["sources", *arguments])
    return int(end.value.code or 0)


def test_check_counts_or_names_faults(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert "186 sources, 0 enabled, no fault" in capsys.readouterr().out
    (home / "sources.yaml").write_text("sources:\n- kye: x\n", "utf-8")
    assert run("check") == 2
    shown = capsys.readouterr().err
    assert f"{home / 'sources.yaml'}:2: unknown key 'kye' → did you mean 'key'?" in shown


def test_check_without_a_file_also_reads_office_and_taxonomy(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check") == 0
    out = capsys.readouterr().out
    assert f"{home / 'office.yaml'}: Tòa soạn, no fault" in out
    assert "13 sectors" in out

    (home / "office.yaml").write_text(OFFICE.replace("contact", "kontact"), "utf-8")
    shutil.copytree(defaults_dir() / "taxonomy", home / "taxonomy")
    sectors = home / "taxonomy" / "sectors.yaml"
    sectors.write_text(sectors.read_text("utf-8").replace("name_en:", "nam_en:", 1), "utf-8")
    assert run("check") == 2
    shown = capsys.readouterr().err
    assert "office.yaml:3: unknown key 'kontact' → did you mean 'contact'?" in shown
    assert "unknown key 'nam_en' → did you mean 'name_en'?" in shown  # every fault in one go

    (home / "office.yaml").unlink()
    shutil.rmtree(home / "taxonomy")
    assert run("check") == 0
    assert "office.yaml" not in capsys.readouterr().out


@pytest.mark.django_db
def test_status_says_that_no_source_is_enabled(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("status") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Chưa bật nguồn nào trong ")
    assert "guongsang sources verify" in shown
    assert run("status", "--json") == 0
    assert capsys.readouterr().out == ""


def test_probe_prints_an_entry_that_works(
    home: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("probe", site.url, "--allow-private") == 0
    out = capsys.readouterr().out
    assert "“Chị Mẩy trồng quế trên núi, kỳ 1” · 08:15, 20/11/2026" in out
    (home / "sources.yaml").write_text("sources:\n" + out, "utf-8")
    (source,) = load_sources(home / "sources.yaml")
    assert source.feeds == (f"{site.url}/tin.xml",)
    assert source.name == "Báo Mẫu"
    assert source.article_url is not None
    assert source.article_url.pattern == r"-post\d+\.html$"
    assert not source.enabled


def test_probe_leaves_a_host_to_the_process_that_is_there(
    home: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    until = utc_now() + timedelta(minutes=1)
    lease = HostLease.objects.create(host=site.host, holder="other", held_until=until)
    assert run("probe", site.url, "--allow-private") == 1
    assert f"busy: {site.url}: another process is at {site.host}" in capsys.readouterr().err
    assert site.log == []

    HostLease.objects.update(holder="", held_until=None)
    assert run("probe", site.url, "--allow-private") == 0
    lease.refresh_from_db()
    assert (lease.holder, lease.held_until) == ("", None)
    assert lease.next_request_at is not None  # what comes next owes the delay to it


def test_verify_leaves_out_what_another_process_is_at(
    home: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    until = utc_now() + timedelta(minutes=1)
    HostLease.objects.create(host=site.host, holder="other", held_until=until)
    source = {"key": "bao-mau", "name": "Báo Mẫu", "province": "Lào Cai", "home": site.url}
    source |= {"feeds": [f"{site.url}/tin.xml"], "delay": 0}
    (home / "sources.yaml").write_text(yaml.safe_dump({"sources": [source]}), "utf-8")
    assert run("verify", "--yes", "--allow-private") == 1
    assert f"another process is at {site.host}" in capsys.readouterr().out.replace("\n", " ")
    assert site.log == []


def test_probe_without_a_database_is_polite_too(
    home: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.trying._keep", lambda: Alone().keep)
    monkeypatch.setattr("pipeline.cli.trying.PROBE_DELAY", timedelta(seconds=0.2))
    site.pages = {"/": Reply(HOME)}
    assert run("probe", site.url, "--allow-private") == 1
    gaps = [later.at - earlier.at for earlier, later in pairwise(site.log)]
    assert len(gaps) > 5
    assert min(gaps) >= 0.19  # between the rounds of a probe, too


def test_probe_of_a_site_without_articles_fails(home: Path, site: Site) -> None:
    site.pages = {"/": Reply(HOME)}
    assert run("probe", site.url, "--allow-private") == 1


@pytest.mark.parametrize("url", ["http://[x", "ftp://bao.vn", "https://bao.vn:99999", ""])
def test_probe_of_what_is_no_web_address(
    home: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("probe", url) == 2
    assert "is not a web address" in capsys.readouterr().err


def test_probe_needs_a_contact(home: Path, site: Site) -> None:
    (home / "office.yaml").unlink()
    assert run("probe", site.url, "--allow-private") == 2
    assert site.log == []


def test_import_prints_entries_for_new_outlets(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "list.opml").write_text(
        '<?xml version="1.0"?><opml version="2.0"><body><outline text="Báo">'
        '<outline text="Báo Mẫu" htmlUrl="https://www.bao-mau.vn" xmlUrl="https://bao-mau.vn/1"/>'
        '<outline text="Báo Mẫu: xã hội" xmlUrl="https://bao-mau.vn/2"/>'
        '<outline text="Đã có" xmlUrl="https://baolaocai.vn/rss/home.rss"/>'
        '<outline text="Hỏng" xmlUrl="javascript:1"/></outline></body></opml>',
        "utf-8",
    )
    assert run("import", str(home / "list.opml")) == 0
    shown = capsys.readouterr()
    (home / "sources.yaml").write_text("sources:\n" + shown.out, "utf-8")
    (source,) = load_sources(home / "sources.yaml")
    assert (source.key, source.name, source.province) == ("bao-mau", "Báo Mẫu", "Lào Cai")
    assert source.feeds == ("https://bao-mau.vn/1", "https://bao-mau.vn/2")
    assert "2 outlets, 1 already known" in shown.err
    (home / "list.opml").write_text("<!DOCTYPE opml><opml/>", "utf-8")
    assert run("import", str(home / "list.opml")) == 1


def test_verify_enables_what_is_confirmed(
    home: Path, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = "- key: {key}\n  name: Báo {key}\n  province: {province}\n  home: {url}\n{more}"
    feed = f"  feeds: [{site.url}/tin.xml]\n  delay: 0\n  enabled: false  # chưa thử\n"
    broken = f"  feeds: [{site.url}/mat.xml]\n  delay: 0\n"
    text = "# của tòa soạn\nsources:\n" + "".join(
        entry.format(key=key, province=province, url=site.url, more=more)
        for key, province, more in (
            ("tot", "Lào Cai", feed),
            ("hong", "Lào Cai", broken),
            ("xa", "Huế", feed),
        )
    )
    (home / "sources.yaml").write_text(text, "utf-8")
    asked: list[str] = []

    def confirm(question: str, **keys: object) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr("click.confirm", confirm)
    assert run("verify", "--allow-private") == 0
    assert asked == ["Bật Báo tot (tot)?"]
    sources = load_sources(home / "sources.yaml")
    assert [(s.key, s.enabled) for s in sources] == [("tot", True), ("hong", False), ("xa", False)]
    assert sources[0].verified is not None
    edited = (home / "sources.yaml").read_text("utf-8")
    assert edited.startswith("# của tòa soạn\n")
    assert "  enabled: true  # chưa thử\n" in edited
    assert "gone: HTTP 404" in capsys.readouterr().out


def test_verify_refuses_an_unknown_province(home: Path) -> None:
    assert run("verify", "--province", "Xứ Mơ") == 2


@pytest.mark.django_db
def test_status_in_words_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.store.models import SourceState

    (home / "sources.yaml").write_text(
        "sources:\n"
        "- {key: tot, name: Báo Tốt, province: Huế, home: 'https://tot.vn', enabled: true}\n"
        "- {key: tat, name: Báo Tắt, province: Huế, home: 'https://tat.vn'}\n",
        "utf-8",
    )
    assert run("status") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Chưa lấy tin lần nào. Chạy “guongsang crawl”, hoặc “guongsang run” để lấy theo lịch.",
        "Báo Tốt (tot): Chưa lấy lần nào",
    ]
    since = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
    SourceState.objects.create(
        key="tot", last_started_at=since, failing_since=since, error_kind="dns"
    )
    assert run("status", "--json") == 0
    line = json.loads(capsys.readouterr().out)
    assert line["ok"] is False
    assert line["failing_since"] == "2026-11-02T10:00:00+07:00"
    assert line["status"].startswith("Không tìm thấy máy chủ")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("pipeline.cli.trying", "pipeline.crawl.probe"):
        monkeypatch.setattr(f"{room}.Apart", Stubborn)


@pytest.mark.usefixtures("impatient")
def test_verify_leaves_out_a_page_that_no_parser_bears(
    home: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["/chi-may-trong-que-1-post1001.html"] = Reply(HEAVY)
    (home / "sources.yaml").write_text(
        f"sources:\n- key: tot\n  name: Báo Tốt\n  province: Lào Cai\n  home: {site.url}\n"
        f"  feeds: [{site.url}/tin.xml]\n  delay: 0\n",
        "utf-8",
    )
    assert run("verify", "--yes", "--allow-private") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "2/3" in out
    assert "trang quá nặng" in out
    assert load_sources(home / "sources.yaml")[0].enabled


@pytest.mark.usefixtures("impatient")
def test_probe_of_a_home_page_that_no_parser_bears_tries_the_customary_feeds(
    home: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["/"] = Reply(HEAVY)
    site.pages["/rss.xml"] = site.pages["/tin.xml"]
    site.pages["/chi-may-trong-que-1-post1001.html"] = Reply(HEAVY)
    assert run("probe", site.url, "--allow-private") == 0
    said = capsys.readouterr()
    assert f"# too_large: {site.url}: reading it takes more than" in said.err
    assert "# trang quá nặng, bỏ qua: reading it" in said.out
    assert f"{site.url}/rss.xml" in said.out
