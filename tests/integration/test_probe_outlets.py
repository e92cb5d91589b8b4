"""``sources probe`` and ``sources verify`` on look-alikes of the systems that outlets run on."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.cli import main
from pipeline.config.sources import Source, load_sources
from pipeline.store.models import Article
from tests.crawling import rss
from tests.lookalikes import LookAlike, look_alikes
from tests.loopback import Reply, Site, loopback_site

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]

OFFICE = "name: Tòa soạn\nprovince: Lào Cai\ncontact: toasoan@vi-du.vn\n"
SECTIONS = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("xa-hoi", "kinh-te"))
XML = "application/xml; charset=utf-8"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    monkeypatch.setattr("pipeline.cli.trying.PROBE_DELAY", timedelta())
    (tmp_path / "office.yaml").write_text(OFFICE, "utf-8")
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback_site() as site:
        yield site


def fill(site: Site, *templates: str) -> list[tuple[str, LookAlike]]:
    """Put the look-alikes whose ids begin so on the site; their addresses there."""
    chosen = [page for page in look_alikes() if page.id.startswith(templates)]
    assert chosen
    found = []
    for page in chosen:
        parts = urlsplit(page.url)
        moved = page.html.replace(f"{parts.scheme}://{parts.netloc}", site.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        site.pages[path] = Reply(moved)
        found.append((site.url + path, page))
    return found


def front(links: list[tuple[str, LookAlike]], head: str = "", more: str = "") -> Reply:
    teasers = "".join(
        f"<article><a href='{url}'><img src='/t.jpg'></a><h3><a href='{url}'>{page.title}</a></h3>"
        f"<p>{page.sapo or ''}</p></article>"
        for url, page in links
    )
    return Reply(
        f"<html><head><title>Báo Mẫu - Tin tức, sự kiện</title>{head}</head><body><ul>{SECTIONS}"
        f"{more}</ul><main>{teasers}</main></body></html>"
    )


def feed(links: list[tuple[str, LookAlike]]) -> Reply:
    return Reply(rss(*(url for url, _ in links)), type="application/rss+xml")


def news_sitemap(links: list[tuple[str, LookAlike]]) -> str:
    entries = "".join(
        f"<url><loc>{url}</loc><lastmod>2026-11-20T08:00:00+07:00</lastmod></url>"
        for url, _ in links
    )
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"


def index(*urls: str) -> str:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</sitemapindex>"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["sources", *arguments])
    return int(end.value.code or 0)


Probe = Callable[[str], tuple[Source, str]]


@pytest.fixture
def probed(home: Path, capsys: pytest.CaptureFixture[str]) -> Probe:
    """Probe an address; the entry it prints, as ``sources.yaml`` reads it, and all it printed."""

    def ask(url: str) -> tuple[Source, str]:
        code = run("probe", url, "--allow-private")
        shown = capsys.readouterr()
        assert code == 0, shown.out + shown.err
        (home / "sources.yaml").write_text("sources:\n" + shown.out, "utf-8")
        (source,) = load_sources(home / "sources.yaml")
        assert not source.enabled
        return source, shown.out + shown.err

    return ask


def test_feed_named_in_the_head(site: Site, probed: Probe) -> None:
    links = fill(site, "onecms")
    site.pages["/"] = front(
        links, "<link rel='alternate' type='application/rss+xml' href='/rss/moi-nhat.rss'>"
    )
    site.pages["/rss/moi-nhat.rss"] = feed(links)
    source, shown = probed(site.url)
    assert source.feeds == (f"{site.url}/rss/moi-nhat.rss",)
    assert source.sitemaps == source.listings == ()
    assert source.name == "Báo Mẫu"
    assert source.article_url is not None
    assert all(source.wants(url) for url, _ in links)
    assert not source.wants(f"{site.url}/xa-hoi")
    assert "“Bà Lò Thị Vinh giữ nghề đan giàng ở bản Mạch” · 09:28, 18/11/2026" in shown


def test_sitemap_index_named_in_robots(site: Site, probed: Probe) -> None:
    links = fill(site, "td-")
    site.pages["/"] = Reply("<html><head><title>Báo Mẫu</title></head><body><div id=app></div>")
    site.pages["/robots.txt"] = Reply(
        f"User-agent: *\nDisallow: /tim-kiem\nSitemap: {site.url}/sitemaps/index.xml\n",
        type="text/plain",
    )
    site.pages["/sitemaps/index.xml"] = Reply(index(f"{site.url}/sitemaps/tin.xml.gz"), type=XML)
    site.pages["/sitemaps/tin.xml.gz"] = Reply(
        gzip.compress(news_sitemap(links).encode()), type="application/gzip"
    )
    source, shown = probed(site.url)
    assert source.sitemaps == (f"{site.url}/sitemaps/index.xml",)
    assert source.feeds == source.listings == ()
    assert source.article_url is not None
    assert source.article_url.pattern == r"/\d{6}/[^/]+-[0-9a-f]{7}/?$"
    assert "08:12, 19/11/2026" in shown


def test_listing_only_where_every_address_answers_with_the_front_page(
    site: Site, probed: Probe
) -> None:
    links = fill(site, "wf-")
    site.pages["/"] = site.pages["*"] = front(links, more="<a href='/lien-he'>Liên hệ</a>")
    source, shown = probed(f"{site.url}/")
    assert source.feeds == source.sitemaps == ()
    assert [listing.url for listing in source.listings] == [f"{site.url}/"]
    assert "Cựu chiến binh hiến 1.200m2 đất mở đường vào xóm núi” · 15:39, 11/11/2026" in shown


def test_front_page_refused_while_the_feed_answers(site: Site, probed: Probe) -> None:
    links = fill(site, "epi-standard", "epi-ttxvn")
    site.pages["/"] = Reply("Forbidden", status=403)
    site.pages["/rss/home.rss"] = feed(links)
    source, shown = probed(site.url)
    assert source.feeds == (f"{site.url}/rss/home.rss",)
    assert source.extractor == "auto"
    assert source.article_url is not None
    assert source.article_url.pattern == r"-post\d+\.html$"
    assert "Kỹ sư trẻ về bản làm nước sạch” · 18:33, 20/11/2026" in shown


def test_all_pages_refused_while_the_feed_answers(site: Site, probed: Probe) -> None:
    links = fill(site, "epi-standard", "epi-ttxvn")
    site.pages = {"*": Reply("Forbidden", status=403), "/rss/home.rss": feed(links)}
    source, shown = probed(site.url)
    assert source.feeds == (f"{site.url}/rss/home.rss",)
    assert source.extractor == "feed"
    assert "refused: " in shown
    assert "HTTP 403" in shown


def test_feeds_hidden_on_the_page_of_feeds(site: Site, probed: Probe) -> None:
    links = fill(site, "vcc-", "nuke")
    site.pages["/"] = front(links, more="<a href='/rss.html'>RSS</a>")
    site.pages["/rss.html"] = Reply(
        "<html><title>RSS</title><body><ul><li><a href='/xa-hoi'>Xã hội</a> "
        "<a href='/rss/xa-hoi-12.rss'>RSS</a><li><a href='/kinh-te'>Kinh tế</a>"
        f"<a href='{site.url}/rss/kinh-te-13.rss'>RSS</a></ul></body></html>"
    )
    site.pages["/rss/xa-hoi-12.rss"] = feed(links[:2])
    site.pages["/rss/kinh-te-13.rss"] = feed(links[2:])
    source, _ = probed(site.url)
    assert set(source.feeds) == {f"{site.url}/rss/xa-hoi-12.rss", f"{site.url}/rss/kinh-te-13.rss"}


def test_page_of_feeds_that_only_the_front_page_knows(site: Site, probed: Probe) -> None:
    links = fill(site, "drupal", "joomla", "nuke")
    site.pages["/"] = front(links, more="<a href='/danh-sach-kenh-rss'>Kênh RSS</a>")
    site.pages["/danh-sach-kenh-rss"] = Reply(
        "<html><body><a href='/kenh/tin-moi.xml'>Tin mới</a><a href='/xa-hoi'>Xã hội</a></body>"
    )
    site.pages["/kenh/tin-moi.xml"] = feed(links)
    source, _ = probed(site.url)
    assert source.feeds == (f"{site.url}/kenh/tin-moi.xml",)


def test_articles_told_by_a_number_in_the_query(site: Site, probed: Probe) -> None:
    links = [
        (f"{site.url}/chi-tiet.aspx?id={number}&c=12", page)
        for number, (_, page) in enumerate(fill(site, "sharepoint", "td-"), 48210)
    ]
    for url, page in links:
        site.pages[url.removeprefix(site.url)] = Reply(page.html)
    site.pages["/"] = front(links, "<link rel=alternate type='application/rss+xml' href='/rss'>")
    site.pages["/rss"] = feed(links)
    source, shown = probed(site.url)
    assert source.feeds == (f"{site.url}/rss",)
    assert all(source.wants(url) for url, _ in links)
    assert "Gương sáng tổ trưởng tổ dân phố số 7” · 16:05, 13/11/2026" in shown


def test_removed_articles_are_none(site: Site, home: Path) -> None:
    links = fill(site, "epi-standard", "epi-ttxvn")
    gone = (
        "<html><title>Báo Mẫu</title><h1>Báo Mẫu</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p>"
    )
    site.pages = {"/": front(links), "/rss": feed(links), "*": Reply(gone)}
    assert run("probe", site.url, "--allow-private") == 1


def test_verify_enables_what_the_administrator_confirms(
    site: Site, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    links = fill(site, "onecms-giang", "td-hoa", "wf-standard", "epi-standard")
    feeds = {"onecms": links[0], "td": links[1], "wf": links[2], "epi": links[3]}
    entries = "sources:\n"
    for key, link in feeds.items():
        site.pages[f"/{key}.rss"] = feed([link])
        entries += (
            f"- {{key: {key}, name: Báo {key}, province: Lào Cai, home: '{site.url}',"
            f" feeds: ['{site.url}/{key}.rss'], delay: 0}}\n"
            if key == "epi"
            else f"- key: {key}\n  name: Báo {key}\n  province: Lào Cai\n  home: {site.url}\n"
            f"  feeds: ['{site.url}/{key}.rss']\n  delay: 0\n  # ghi chú về {key}\n"
        )
    (home / "sources.yaml").write_text(entries, "utf-8")
    asked: list[str] = []

    def confirm(question: str, **keys: object) -> bool:
        asked.append(question)
        return "td" not in question

    monkeypatch.setattr("click.confirm", confirm)
    assert run("verify", "--province", "Lào Cai", "--allow-private") == 1
    shown = capsys.readouterr()
    assert "source 'epi' is not written line by line: edit it by hand" in shown.err
    assert len(asked) == 4
    sources = load_sources(home / "sources.yaml")
    assert {s.key: s.enabled for s in sources} == {
        "onecms": True, "td": False, "wf": True, "epi": False,
    }  # fmt: skip
    assert all((s.verified is not None) == s.enabled for s in sources)
    assert "# ghi chú về td" in (home / "sources.yaml").read_text("utf-8")
    assert "Cô giáo H'Liên và lớp học bên hồ" in shown.out


def test_verify_of_the_whole_country_s_outlets_and_their_first_round(
    site: Site, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two that answer, one that does not, one already enabled, and one of a province."""
    with loopback_site() as second, loopback_site() as broken:
        first_links = fill(site, "onecms-giang")
        second_links = fill(second, "wf-standard")
        site.pages["/rss"] = feed(first_links)
        second.pages["/sitemap.xml"] = Reply(news_sitemap(second_links), type=XML)
        broken.pages["*"] = Reply(status=500)

        def entry(key: str, at: Site, found: str, province: str = "Trung ương") -> str:
            return (
                f"- key: {key}\n  name: Báo {key}\n  province: {province}\n  home: {at.url}\n"
                f"  {found}\n  delay: 0\n"
            )

        (home / "sources.yaml").write_text(
            "sources:\n"
            + entry("ca-nuoc", site, f"feeds: ['{site.url}/rss']")
            + entry("toan-quoc", second, f"sitemaps: ['{second.url}/sitemap.xml']")
            + entry("hong", broken, f"feeds: ['{broken.url}/rss']")
            + entry(
                "san", site, f"feeds: ['{site.url}/san']\n  enabled: true\n  verified: 2026-01-01"
            )
            + entry("cua-tinh", site, f"feeds: ['{site.url}/rss']", "Lào Cai"),
            "utf-8",
        )
        assert run("verify", "--province", "trung ương", "--yes", "--allow-private") == 0
        shown = capsys.readouterr()
        assert "Trung ương: đang thử 3 nguồn" in shown.err
        assert "Đã bật 2 nguồn" in shown.out
        assert "robots_unreachable" in shown.out
        sources = {source.key: source for source in load_sources(home / "sources.yaml")}
        assert {key for key, source in sources.items() if source.enabled} == {
            "ca-nuoc",
            "toan-quoc",
            "san",
        }
        assert not site.asked("/san")

        with pytest.raises(SystemExit) as end:
            main(["crawl", "--source", "ca-nuoc", "--source", "toan-quoc", "--allow-private"])
        assert not end.value.code
    titles = {page.title for _, page in (*first_links, *second_links)}
    articles = Article.objects.all()
    assert {article.title for article in articles} == titles
    # An outlet of the whole country is of no province; where its story is, its text says.
    assert {sources[article.source].local_province for article in articles} == {None}
    assert all(article.story for article in articles)


def test_import_of_a_reader_s_list(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nested folders, one outlet on two hosts' feeds, a feed without a title, a name in quotes."""
    (home / "list.opml").write_text(
        "\ufeff<?xml version='1.0' encoding='utf-8'?><opml version='1.1'><head><title>x</title>"
        "</head><body><outline text='Tỉnh'><outline text='Miền núi'>"
        "<outline type='rss' text='Báo &quot;Núi Cao&quot;' xmlUrl='https://baonuicao.example/rss'"
        " htmlUrl='https://baonuicao.example/'/></outline>"
        "<outline type='rss' text='' xmlUrl='https://www.songque.example/feed/'/>"
        "<outline type='rss' text='Sống Quê' xmlUrl='https://songque.example/feed/anh/'/>"
        "<outline type='rss' text='Ảnh Sống Quê' xmlUrl='https://songque.anh.example/rss'/>"
        "<outline text='Một' xmlURL='https://rss.dich-vu.example/1' htmlUrl='https://mot.example/x'/>"
        "<outline text='Một lần nữa' xmlUrl='https://rss.dich-vu.example/1'/>"
        "<outline text='Hai' xmlUrl='https://rss.dich-vu.example/2' htmlUrl='https://hai.example'/>"
        "<outline text='không có feed'/><outline text='ftp' xmlUrl='ftp://a.example/rss'/>"
        "</outline></body></opml>",
        "utf-8",
    )
    assert run("import", str(home / "list.opml"), "--province", "Điện Biên") == 0
    shown = capsys.readouterr()
    (home / "sources.yaml").write_text("sources:\n" + shown.out, "utf-8")
    first, second, third, *served = load_sources(home / "sources.yaml")
    assert (first.name, first.province) == ('Báo "Núi Cao"', "Điện Biên")
    assert second.feeds == (
        "https://www.songque.example/feed/",
        "https://songque.example/feed/anh/",
    )
    assert (second.key, second.name) == ("songque", "Sống Quê")
    assert third.key == "songque-2"
    assert [(source.name, source.home, source.feeds) for source in served] == [
        (name, f"https://{host}.example", (f"https://rss.dich-vu.example/{number}",))
        for number, (name, host) in enumerate((("Một", "mot"), ("Hai", "hai")), 1)
    ]

    (home / "list.opml").write_text(
        "<opml><body><outline xmlUrl='http://songque.example/feed/'/>"
        "<outline xmlUrl='https://m.songque.example/feed/moi/'/></body></opml>",
        "utf-8",
    )
    assert run("import", str(home / "list.opml"), "--province", "Điện Biên") == 0
    shown = capsys.readouterr()
    assert shown.out == (
        "# thêm vào feeds của songque, nếu còn thiếu: https://m.songque.example/feed/moi/\n"
    )
    assert "1 outlets, 1 already known" in shown.err
    assert (home / "list.opml").exists()
