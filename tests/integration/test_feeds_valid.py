"""Feeds by the letter: RFC 4287 (Atom), 5005 (archives), 6721 (tombstones), RSS 2.0, JSON Feed."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from lxml import etree

from pipeline.digest.content import EditionContent
from pipeline.publish.site import feeds
from pipeline.publish.site import pages as site
from pipeline.publish.site.entries import Tombstone
from tests.factories import NOW
from tests.publishing import OFFICE, edition_content, item

DATA = Path(__file__).parents[1] / "data"
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
ROOT = f"{OFFICE.site_url}/portal/"
STORIES = 130


def year() -> list[EditionContent]:
    """Ten stories a week, the newest edition last; one sector for all of them."""
    weeks = STORIES // 10
    return [
        edition_content(
            *(item(10 * week + place) for place in range(10)),
            number=week + 1,
            publish_at=NOW - timedelta(weeks=weeks - week),
        )
        for week in range(weeks)
    ]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    gone = [Tombstone(item(125).public_id, NOW), Tombstone(item(3).public_id, NOW)]
    return site.build(year(), gone, OFFICE)


def atoms(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if name.rpartition("/")[2].startswith("atom")]


def test_every_atom_document_is_what_rfc_4287_asks_for(files: dict[str, bytes]) -> None:
    schema = etree.RelaxNG(etree.parse(DATA / "atom.rng"))
    names = atoms(files)
    assert len(names) > 10
    for name in names:
        document = etree.fromstring(files[name])
        assert schema.validate(document), f"{name}: {schema.error_log}"
        ids = [entry.findtext(f"{ATOM}id") for entry in document.iter(f"{ATOM}entry")]
        assert len(set(ids)) == len(ids), name
        links = {(link.get("rel"), link.get("href")) for link in document.findall(f"{ATOM}link")}
        assert ("self", ROOT + name) in links
        for entry in document.iter(f"{ATOM}entry"):
            rels = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
            assert rels.count("alternate") == 1, "§4.1.1"
    broken = etree.fromstring(files["atom.xml"])
    identity = broken.find(f"{ATOM}id")
    assert identity is not None
    broken.remove(identity)
    assert not schema.validate(broken)


def test_every_rss_document_is_what_rss_2_0_asks_for(files: dict[str, bytes]) -> None:
    names = [name for name in files if name.rpartition("/")[2].startswith("rss")]
    assert len(names) == len(atoms(files))
    for name in names:
        document = etree.fromstring(files[name])
        assert document.tag == "rss"
        assert document.get("version") == "2.0"
        (channel,) = document
        for needed in ("title", "link", "description"):
            assert channel.findtext(needed), f"{name}: {needed}"
        for entry in channel.iter("item"):
            assert entry.findtext("title") or entry.findtext("description")
            guid = entry.find("guid")
            assert guid is not None
            assert guid.get("isPermaLink") == "false"
            date = entry.findtext("pubDate")
            assert date
            assert parsedate_to_datetime(date).tzinfo
            source = entry.find("source")
            assert (source is None) == name.startswith(site.DIGESTS), "a digest is our own"
            assert source is None or source.get("url")


def test_every_json_document_is_what_json_feed_1_1_asks_for(files: dict[str, bytes]) -> None:
    schema = json.loads((DATA / "jsonfeed-1.1.schema.json").read_text())
    names = [name for name in files if name.rpartition("/")[2].startswith("feed")]
    assert len(names) == len(atoms(files))
    for name in names:
        jsonschema.validate(json.loads(files[name]), schema)


def followed(files: dict[str, bytes], name: str, step: Any) -> list[str]:
    seen = [name]
    while (name := step(files[name])) and name not in seen:
        seen.append(name)
    return seen


def _history(document: bytes, relation: str) -> str:
    root = etree.fromstring(document)
    for link in root.iter(f"{ATOM}link"):
        if link.get("rel") == relation:
            return str(link.get("href")).removeprefix(ROOT)
    return ""


@pytest.mark.parametrize("first", ["atom.xml", "rss.xml"])
def test_archives_lead_from_the_feed_to_the_first_story_and_back(
    files: dict[str, bytes], first: str
) -> None:
    back = followed(files, first, lambda document: _history(document, "prev-archive"))
    assert len(back) > 2
    found: set[str] = set()
    for name in back:
        root = etree.fromstring(files[name])
        marked = root.find(f".//{HISTORY}archive") is not None
        assert marked == (name != first), name
        assert _history(files[name], "current") == ("" if name == first else first)
        read = feedparser.parse(files[name])
        assert not read.bozo, read.get("bozo_exception")
        found |= {entry.id for entry in read.entries}
    assert found == {feeds.entry_id(item(n).public_id) for n in range(STORIES) if n not in (3, 125)}
    forth = followed(files, back[-1], lambda document: _history(document, "next-archive"))
    assert forth == back[:0:-1], "the newest archive has none after it: then comes the feed"
    assert len({_id(files[name]) for name in back}) == 1, "one feed, so one id"


def _id(document: bytes) -> str:
    return etree.fromstring(document).findtext(f"{ATOM}id") or ""


def test_json_pages_lead_to_the_first_story(files: dict[str, bytes]) -> None:
    def older(document: bytes) -> str:
        return str(json.loads(document).get("next_url", "")).removeprefix(ROOT)

    names = followed(files, "feed.json", older)
    ids = {each["id"] for name in names for each in json.loads(files[name])["items"]}
    assert len(ids) == STORIES - 2


def test_a_new_edition_leaves_the_archives_of_other_months_alone() -> None:
    editions = year()
    before, after = (site.build(each, [], OFFICE) for each in (editions[:-1], editions))
    kept = [name for name in before if "atom-" in name]
    assert kept
    same = [name for name in kept if before[name] == after[name]]
    assert len(same) >= len(kept) - 5, "but for the link to the next archive"


def test_a_short_feed_has_no_archives() -> None:
    files = site.build(year()[:2], [], OFFICE)
    assert not [name for name in files if "atom-" in name or "rss-" in name or "feed-" in name]
    assert b"history" not in files["feed.json"]
    assert _history(files["atom.xml"], "prev-archive") == ""


@pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")
@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_newsboat_reads_the_feed(files: dict[str, bytes], name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(files[name])
    urls, cache = tmp_path / "urls", tmp_path / "cache.db"
    urls.write_text(f"file://{tmp_path / name}\n")
    base = ["newsboat", "-C", "/dev/null", "-u", str(urls), "-c", str(cache)]
    subprocess.run([*base, "-x", "reload"], check=True, timeout=60, capture_output=True)
    told = subprocess.run(
        [*base, "-x", "print-unread"], check=True, timeout=60, capture_output=True, text=True
    )
    assert told.stdout.split()[0] == str(feeds.LENGTH), told.stdout
