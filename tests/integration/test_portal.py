"""The public site: valid feeds, stable bytes, withdrawn stories gone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import feedparser
import jsonschema
import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import etree, html

from pipeline.config.home import Home
from pipeline.digest.content import Campaign, EditionContent, Picture, from_json, to_json
from pipeline.publish.channels.portal import folder_of, rebuild
from pipeline.publish.outbox import publish_due
from pipeline.publish.site import pages as site
from pipeline.publish.site.entries import Tombstone
from pipeline.publish.site.sections import slug
from pipeline.publish.withdrawal import withdraw
from pipeline.store.models import AuditEntry, Story
from tests.factories import NOW
from tests.homes import make_home
from tests.publishing import OFFICE, approved_edition, edition_content, item, later, tamper

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "jsonfeed-1.1.schema.json").read_text())
NASTY = '<script>alert("x")</script> & “Mây” ]]> \u1ebf'


def two_editions() -> list[EditionContent]:
    return [
        edition_content(item(1), item(2), number=1, publish_at=NOW - timedelta(days=7)),
        edition_content(item(3, headline=NASTY, summary=NASTY, author=NASTY), number=2),
    ]


@pytest.fixture
def files() -> dict[str, bytes]:
    return site.build(two_editions(), [], OFFICE)


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_a_real_reader_reads_the_feed_back(files: dict[str, bytes], name: str) -> None:
    feed = feedparser.parse(files[name])
    assert not feed.bozo
    assert feed.feed.title == f"Gương sáng – {OFFICE.name}"
    assert [entry.id for entry in feed.entries] == [
        f"urn:uuid:00000000-0000-4000-8000-{number:012d}" for number in (3, 1, 2)
    ]
    second = feed.entries[1]
    assert second.title == "Chị Lò Thị Mây và lớp học men lá số 1"
    assert second.link == f"{OFFICE.site_url}/portal/tin/00000000-0000-4000-8000-000000000001.html"
    assert "Báo Nậm Hẻn" in second.summary
    assert "https://baonamhen.example.vn/bai-1.html" in second.summary
    assert second.author == "Minh Trang"
    assert second.published_parsed[:5] == (2026, 11, 13, 3, 0)
    assert feed.entries[0].title.startswith("<script>") or "script" in feed.entries[0].title


def test_atom_names_the_original_and_itself(files: dict[str, bytes]) -> None:
    feed = feedparser.parse(files["atom.xml"])
    links = {link.rel: link.href for link in feed.entries[1].links}
    assert links["via"] == "https://baonamhen.example.vn/bai-1.html"
    selves = [link.href for link in feed.feed.links if link.rel == "self"]
    assert selves == [f"{OFFICE.site_url}/portal/atom.xml"]


def test_rss_names_the_outlets_home_as_its_source(files: dict[str, bytes]) -> None:
    sources = etree.fromstring(files["rss.xml"]).xpath("//item/source")
    assert {source.get("url") for source in sources} == {"https://baonamhen.example.vn/"}


def test_the_json_feed_is_valid(files: dict[str, bytes]) -> None:
    feed = json.loads(files["feed.json"])
    jsonschema.validate(feed, SCHEMA)
    assert [entry["external_url"] for entry in feed["items"]][1:] == [
        "https://baonamhen.example.vn/bai-1.html",
        "https://baonamhen.example.vn/bai-2.html",
    ]


def test_the_schema_refuses_what_version_1_1_refuses(files: dict[str, bytes]) -> None:
    feed = json.loads(files["feed.json"])
    for broken in (
        {**feed, "version": "1.0"},
        {**feed, "items": [{"id": "1"}]},
        {**feed, "feeed_url": "https://a.example"},
        {**feed, "items": [{**feed["items"][0], "date_published": "20/11/2026"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)


def test_a_picture_by_agreement_goes_out_with_its_credit_and_none_otherwise() -> None:
    picture = Picture("https://baonamhen.example.vn/a.jpg", "Lớp học & men lá")
    pictured = edition_content(item(1, picture=picture), item(2), number=1)
    assert from_json(to_json(pictured)) == pictured
    files = site.build([pictured], [], OFFICE)
    shown = f'<img src="{picture.url}" alt="Lớp học &amp; men lá"'
    for name in (f"tin/{item(1).public_id}.html", "so/1.html"):
        page = files[name].decode()
        assert page.count(shown) == page.count("<img") == 1, name
        assert "Lớp học &amp; men lá (Ảnh: Báo Nậm Hẻn)" in page
        assert 'referrerpolicy="no-referrer"' in page
    assert b"<img" not in files[f"tin/{item(2).public_id}.html"]
    carrying = {name for name, body in files.items() if picture.url.encode() in body}
    assert {name.rpartition(".")[2] for name in carrying} == {"html"}, "feeds carry none"
    assert "khoi-nhung.html" not in carrying


def test_the_same_data_gives_the_same_bytes_in_any_order() -> None:
    editions = two_editions()
    assert site.build(editions, [], OFFICE) == site.build(editions[::-1], [], OFFICE)


def test_every_page_is_small_escaped_and_without_active_script(files: dict[str, bytes]) -> None:
    pages = {name: body for name, body in files.items() if name.endswith(".html")}
    assert len(pages) > 5
    for name, body in pages.items():
        assert len(body) < 100_000, name
        tree = html.document_fromstring(body.decode())
        scripts = tree.xpath("//script[not(@type='application/ld+json')]")
        assert not scripts, name
        assert tree.xpath("//@lang")[0] == "vi", name
        assert not tree.xpath("//img"), name


def test_a_story_page_says_whose_work_it_is(files: dict[str, bytes]) -> None:
    page = files["tin/00000000-0000-4000-8000-000000000001.html"].decode()
    tree = html.document_fromstring(page)
    text = " ".join(tree.text_content().split())
    for part in ("Báo Nậm Hẻn", "Minh Trang", "10:00, 18/11/2026", "Đọc bài gốc trên Báo Nậm Hẻn"):
        assert part in text
    [structured] = tree.xpath("//script[@type='application/ld+json']/text()")
    data = json.loads(structured)
    assert data["@type"] == "Article"
    assert data["isBasedOn"]["url"] == data["citation"] == "https://baonamhen.example.vn/bai-1.html"
    assert data["isBasedOn"]["author"]["name"] == "Minh Trang"
    [canonical] = tree.xpath("//link[@rel='canonical']/@href")
    assert canonical == data["url"]


def test_nothing_breaks_out_of_the_structured_data(files: dict[str, bytes]) -> None:
    page = files["tin/00000000-0000-4000-8000-000000000003.html"].decode()
    assert "<script>alert" not in page
    [structured] = html.document_fromstring(page).xpath(
        "//script[@type='application/ld+json']/text()"
    )
    assert json.loads(structured)["headline"] == NASTY


def test_links_between_pages_lead_somewhere(files: dict[str, bytes]) -> None:
    known = {*files, "assets/portal.css"}
    for name, body in files.items():
        if not name.endswith(".html"):
            continue
        for link in html.document_fromstring(body.decode()).xpath("//@href"):
            if re.match(r"[a-z]+:|#", link):
                continue
            target = (Path("/") / Path(name).parent / link).resolve().relative_to("/")
            assert str(target) in known, f"{name} → {link}"


def test_a_withdrawn_story_leaves_a_tombstone_and_no_word() -> None:
    stone = Tombstone("00000000-0000-4000-8000-000000000001", later(hours=1))
    files = site.build(two_editions(), [stone], OFFICE)
    gone = "lớp học men lá số 1"
    assert not [name for name, body in files.items() if gone in body.decode()]
    root = etree.fromstring(files["atom.xml"])
    namespace = {"at": "http://purl.org/atompub/tombstones/1.0"}
    [deleted] = root.xpath("at:deleted-entry", namespaces=namespace)
    assert deleted.get("ref") == f"urn:uuid:{stone.public_id}"
    assert deleted.get("when") == "2026-11-20T04:00:00+00:00"
    assert not feedparser.parse(files["atom.xml"]).bozo
    assert "đã được gỡ" in files[f"tin/{stone.public_id}.html"].decode()
    assert "1 tin của số này đã được gỡ" in files["so/1.html"].decode()


def test_a_story_told_again_keeps_its_id_and_first_date() -> None:
    editions = [
        edition_content(item(1), number=1, publish_at=NOW - timedelta(days=7)),
        edition_content(item(1, headline="Tên mới"), number=2),
    ]
    feed = json.loads(site.build(editions, [], OFFICE)["feed.json"])
    [entry] = feed["items"]
    assert entry["title"] == "Tên mới"
    assert entry["date_published"] < entry["date_modified"]


def test_a_site_without_editions_stands_empty() -> None:
    files = site.build([], [], OFFICE)
    assert "Chưa có bản tin" in files["index.html"].decode()
    assert not feedparser.parse(files["atom.xml"]).bozo
    jsonschema.validate(json.loads(files["feed.json"]), SCHEMA)


def test_sectors_campaigns_and_places_have_pages_and_feeds_of_their_own() -> None:
    health = item(2, sector="y-te", sector_name="Y tế", commune="Đồng Văn", province="Tuyên Quang")
    rural = item(1, campaigns=(Campaign("ntm", "Nông thôn mới"),))
    files = site.build([edition_content(rural, health)], [], OFFICE)
    expected = {
        "linh-vuc/y-te/": [2],
        "linh-vuc/nong-nghiep-nong-thon/": [1],
        "phong-trao/ntm/": [1],
        "tinh/tuyen-quang/": [2],
        "xa/tuyen-quang/dong-van/": [2],
    }
    for folder, numbers in expected.items():
        assert f"{folder}index.html" in files
        for name in ("atom.xml", "rss.xml"):
            feed = feedparser.parse(files[folder + name])
            assert not feed.bozo
            assert [int(entry.id[-12:]) for entry in feed.entries] == numbers
        jsonschema.validate(json.loads(files[f"{folder}feed.json"]), SCHEMA)
    feeds = etree.fromstring(files["nguon-tin.opml"]).xpath("//outline/@xmlUrl")
    offered = {f"{OFFICE.site_url}/portal/{name}" for name in files if name.endswith("atom.xml")}
    assert set(feeds) == offered


def test_the_sitemap_lists_every_page_a_reader_may_land_on(files: dict[str, bytes]) -> None:
    root = etree.fromstring(files["sitemap.xml"])
    listed = {loc.removeprefix(f"{OFFICE.site_url}/portal/") for loc in root.xpath("//*/text()")}
    pages = {name.removesuffix("index.html") for name in files if name.endswith(".html")}
    assert pages - listed == {"nguon-tin.html", "khoi-nhung.html", "khoi-nhung-doan.html"}


@pytest.mark.django_db
def test_publishing_writes_the_site_and_again_changes_no_file(tmp_path: Path) -> None:
    home = Home(tmp_path)
    approved_edition()
    publish_due(office=OFFICE, home=home, now=NOW, channel="portal")
    folder = folder_of(home)
    assert (folder / "so/1.html").exists()
    assert (folder / "assets/fonts").is_dir()
    assert rebuild(OFFICE, home) == 0
    assert not [path for path in folder.rglob("*") if path.name.endswith(".tmp")]


@pytest.mark.django_db
def test_withdrawing_needs_no_approval_and_says_what_cannot_be_taken_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    edition = approved_edition()
    publish_due(office=OFFICE, home=home, now=NOW)
    first = edition.digest.items.first()
    assert first is not None
    for _again in range(2):
        names = withdraw(first.story, None, NOW, "nguồn đã gỡ", office=OFFICE, home=home)
    assert names == ["radio", "sms"], "a dry run of Zalo and Facebook reached nobody"
    assert AuditEntry.objects.filter(action="story.withdrawn").count() == 1
    assert first.story.headline not in (folder_of(home) / "index.html").read_text()


def told(folder: Path, words: str) -> list[str]:
    """The files on disk that say ``words``."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and words.encode() in path.read_bytes()
    ]


@pytest.mark.django_db
def test_no_file_tells_a_withdrawn_story_and_its_feeds_say_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    edition = approved_edition()
    publish_due(office=OFFICE, home=home, now=NOW)
    first = edition.content["items"][0]
    commune = f"xa/{slug(first['province'])}/{slug(first['commune'])}"
    assert f"{commune}/atom.xml" in told(folder_of(home), first["headline"])
    story = Story.objects.get(public_id=first["public_id"])
    withdraw(story, None, NOW, "nguồn đã gỡ", office=OFFICE, home=home)
    for words in (first["headline"], first["url"], first["subject"]):
        assert told(folder_of(home), words) == []
    section = folder_of(home) / commune
    assert "0 tin" in (section / "index.html").read_text()
    assert f'ref="urn:uuid:{first["public_id"]}"' in (section / "atom.xml").read_text()
    assert json.loads((section / "feed.json").read_text())["items"] == []
    assert commune not in (folder_of(home) / "sitemap.xml").read_text()


@pytest.mark.django_db
def test_an_edition_changed_after_its_approval_leaves_the_portal(tmp_path: Path) -> None:
    home = Home(tmp_path)
    edition = approved_edition(1)
    publish_due(office=OFFICE, home=home, now=NOW)
    tamper(edition, {**edition.content, "title": "Chữ khác"})
    rebuild(OFFICE, home)
    assert told(folder_of(home), "Chữ khác") == []
    assert not (folder_of(home) / "so/1.html").exists()


def test_a_story_told_again_under_another_sector_leaves_the_first() -> None:
    editions = [
        edition_content(item(1, sector="y-te", sector_name="Y tế"), number=1),
        edition_content(item(1), number=2),
    ]
    files = site.build(editions, [], OFFICE)
    assert item(1).headline not in files["linh-vuc/y-te/index.html"].decode()
    assert json.loads(files["linh-vuc/y-te/feed.json"])["items"] == []


@pytest.mark.django_db
def test_the_portal_folder_holds_the_site_and_nothing_beside_it_is_touched(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = folder_of(home)
    rebuild(OFFICE, home)
    outside = tmp_path / "elsewhere"
    (outside / "inner").mkdir(parents=True)
    (outside / "inner" / "kept.html").write_text("kept")
    (folder / "xa" / "cu").mkdir(parents=True)
    (folder / "xa" / "cu" / "index.html").write_text("old")
    (folder / ".index.html.1.tmp").write_text("half")
    (folder / "file-link.html").symlink_to(outside / "inner" / "kept.html")
    (folder / "folder-link").symlink_to(outside)
    assert rebuild(OFFICE, home) == 3
    assert not (folder / "xa").exists()
    assert not (folder / "file-link.html").is_symlink()
    assert (outside / "inner" / "kept.html").read_text() == "kept"
    assert rebuild(OFFICE, home) == 0


@pytest.mark.django_db
class TestServing:
    @pytest.fixture(autouse=True)
    def published(self, tmp_path: Path, settings: object) -> None:
        settings.HOME = Home(tmp_path)  # type: ignore[attr-defined]
        (tmp_path / "office.yaml").write_text(
            "name: Tổ Gương sáng\nprovince: Lào Cai\ncontact: a@b.example.vn\n"
        )
        self.home = Home(tmp_path)
        self.edition = approved_edition()
        publish_due(office=OFFICE, home=self.home, now=NOW, channel="portal")

    @pytest.mark.parametrize(
        ("name", "content_type"),
        [
            ("", "text/html; charset=utf-8"),
            ("tinh/lao-cai/", "text/html; charset=utf-8"),
            ("nguon-tin.opml", "text/x-opml; charset=utf-8"),
            ("so/1.html", "text/html; charset=utf-8"),
            ("atom.xml", "application/atom+xml; charset=utf-8"),
            ("rss.xml", "application/rss+xml; charset=utf-8"),
            ("feed.json", "application/feed+json; charset=utf-8"),
            ("assets/portal.css", "text/css; charset=utf-8"),
        ],
    )
    def test_the_app_serves_the_files_as_they_lie(
        self, client: Client, name: str, content_type: str
    ) -> None:
        response = client.get(f"/portal/{name}")
        assert response.status_code == 200
        file = f"{name}index.html" if not name or name.endswith("/") else name
        assert response.content == (folder_of(self.home) / file).read_bytes()
        assert response["Content-Type"] == content_type
        again = client.get(f"/portal/{name}", headers={"if-none-match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = client.get(
            f"/portal/{name}", headers={"if-modified-since": response["Last-Modified"]}
        )
        assert since.status_code == 304

    def test_only_the_block_for_other_sites_may_be_framed(self, client: Client) -> None:
        assert "X-Frame-Options" not in client.get("/portal/khoi-nhung.html").headers
        assert client.get("/portal/").headers["X-Frame-Options"] == "DENY"

    def test_a_withdrawn_story_answers_gone(self, client: Client) -> None:
        first = self.edition.digest.items.first()
        assert first is not None
        path = f"/portal/tin/{first.story.public_id}.html"
        assert client.get(path).status_code == 200
        withdraw(first.story, None, NOW, "nguồn gỡ", office=OFFICE, home=self.home)
        assert client.get(path).status_code == 410

    @pytest.mark.parametrize(
        "name", ["no.html", "../office.yaml", "%2e%2e/office.yaml", ".lock", "so", "so/../.lock"]
    )
    def test_nothing_else_is_served(self, client: Client, name: str) -> None:
        assert client.get(f"/portal/{name}").status_code == 404


@pytest.mark.django_db
def test_an_office_without_editions_has_a_dressed_portal(
    client: Client, tmp_path: Path, settings: LazySettings
) -> None:
    settings.HOME = make_home(tmp_path)
    page = client.get("/portal/")
    assert "Chưa có bản tin" in page.content.decode()
    links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.content.decode())
    assert links
    for link in links:
        sheet = client.get(f"/portal/{link}")
        assert sheet["Content-Type"] == "text/css; charset=utf-8"
        fonts = re.findall(r"url\(\"?([^)\"]+)\"?\)", sheet.content.decode())
        assert fonts
        for font in fonts:
            assert client.get(f"/portal/assets/{font}").status_code == 200
    assert not (settings.HOME.output_dir / "portal").exists()


def test_the_plain_block_is_shown_to_be_copied_and_is_html_alone(files: dict[str, bytes]) -> None:
    block = files["khoi-nhung-doan.html"].decode()
    assert "<script" not in block
    assert "<iframe" not in block
    assert all(link.startswith("https://") for link in html.fromstring(block).xpath("//@href"))
    page = html.fromstring(files["nguon-tin.html"])
    [shown] = page.xpath("//pre/code")
    assert shown.text_content() == block.rstrip("\n")


def test_the_feed_of_digests_has_one_entry_an_edition_under_a_lasting_id() -> None:
    first, second = two_editions()
    correcting = edition_content(item(1), number=3, corrects=(1,))
    files = site.build([first, second, correcting], [], OFFICE)
    feed = feedparser.parse(files["so/atom.xml"])
    assert not feed.bozo
    assert [entry.link for entry in feed.entries] == [
        f"{OFFICE.site_url}/portal/so/{number}.html" for number in (2, 1)
    ]
    assert item(1).headline in feed.entries[1].summary
    jsonschema.validate(json.loads(files["so/feed.json"]), SCHEMA)
    moved = OFFICE.model_copy(update={"site_url": "https://noi-khac.example.vn"})
    gone = [Tombstone(first.items[0].public_id, later(hours=5))]
    again = feedparser.parse(site.build([first, second], gone, moved)["so/atom.xml"])
    assert [entry.id for entry in again.entries] == [entry.id for entry in feed.entries]
    assert first.items[0].headline not in again.entries[1].summary
    assert again.entries[1].updated_parsed > feed.entries[1].updated_parsed
    page = html.fromstring(files["so/index.html"]).text_content()
    assert first.title in page


def test_every_feed_leads_to_the_page_beside_it(files: dict[str, bytes]) -> None:
    for name, body in files.items():
        if name.endswith((".xml", "feed.json")) and name != "sitemap.xml":
            folder = name[: name.rfind("/") + 1]
            page = f"{OFFICE.site_url}/portal/{folder}"
            told = json.loads(body)["home_page_url"] if name.endswith("json") else ""
            assert (told or feedparser.parse(body).feed.link) == page
            assert f"{folder}index.html" in files
