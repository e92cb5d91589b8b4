"""``guongsang demo`` as a person runs it: a process of its own, real crawl, real SMTP."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import feedparser
import pytest

from pipeline.demo.content import load_articles
from pipeline.demo.office import SUBSCRIBERS, is_free
from tests.ports import unused_port

pytestmark = [pytest.mark.slow, pytest.mark.own_database, pytest.mark.xdist_group("demo")]
LIMIT = 300  # seconds; a bound for a hung run, no measure of speed


def demo(*arguments: str, home: Path | None = None) -> list[str]:
    command = [sys.executable, "-m", "pipeline.cli", *(["--home", str(home)] if home else [])]
    return [*command, "demo", *arguments]


def environment(**more: str) -> dict[str, str]:
    """The shell of somebody with an office of their own, which the demo must not touch."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))}
    office = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/office",
        "EMAIL_URL": "smtp://127.0.0.1:1",
    }
    return {**plain, **office, **more}


def run_once(home: Path | None = None, **more: str) -> dict[str, Any]:
    done = subprocess.run(
        demo("--once", "--json", home=home),
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts: dict[str, Any] = json.loads(done.stdout)
    return counts


@dataclass(frozen=True)
class Done:
    home: Path
    first: dict[str, Any]
    second: dict[str, Any]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    home = tmp_path_factory.mktemp("demo") / "home"
    return Done(home, run_once(home), run_once(home))


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(home / "guongsang.sqlite3")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_first_run_finds_and_publishes(done: Done) -> None:
    articles = load_articles()
    assert done.first["found"] == done.first["fetched"] == done.first["articles"] == len(articles)
    assert done.first["exemplars"] >= 10
    assert 1 <= done.first["stories"] < len(articles)
    assert done.first["digest_items"] >= 3
    assert done.first["deliveries"] >= 3  # portal, letters, dry runs
    assert done.first["added"] == {key: done.first[key] for key in done.first["added"]}


def test_a_second_run_adds_nothing(done: Done) -> None:
    assert done.second["found"] == done.second["fetched"] == 0
    assert set(done.second["added"].values()) == {0}
    assert {key: done.second[key] for key in done.first["added"]} == {
        key: done.first[key] for key in done.first["added"]
    }


def test_stories_carried_twice_are_one(done: Done) -> None:
    outlets = rows(done.home, "SELECT title, outlets FROM store_story")
    carried = {title: json.loads(keys) for title, keys in outlets}
    copied = next(keys for title, keys in carried.items() if title.startswith("Vàng Thị Mỷ"))
    assert copied == ["baofansipan", "songlam"]
    assert sum(len(keys) > 1 for keys in carried.values()) == 2


def test_two_people_worked_it(done: Done) -> None:
    [(editor, chief)] = rows(
        done.home,
        "SELECT editor.username, chief.username FROM store_edition AS edition"
        " JOIN store_digest AS digest ON digest.id = edition.digest_id"
        " JOIN store_user AS editor ON editor.id = digest.submitted_by_id"
        " JOIN store_user AS chief ON chief.id = edition.approved_by_id",
    )
    assert (editor, chief) == ("lananh", "thuha")
    audited = {action for (action,) in rows(done.home, "SELECT action FROM store_auditentry")}
    assert {"story.accepted", "digest.submitted", "digest.approved"} <= audited


def test_what_needs_a_person_is_held_not_published(done: Done) -> None:
    flagged = rows(
        done.home, "SELECT status FROM store_story WHERE label = 'yes' AND flags LIKE '%minor%'"
    )
    assert flagged == [("held",)]


def test_the_portal_feeds_read_back(done: Done) -> None:
    portal = done.home / "output" / "portal"
    links = {}
    for name in ("atom.xml", "rss.xml"):
        feed = feedparser.parse((portal / name).read_bytes())
        assert not feed.bozo, feed.get("bozo_exception")
        assert len(feed.entries) == done.first["digest_items"]
        links[name] = [entry.link for entry in feed.entries]
    assert links["atom.xml"] == links["rss.xml"]
    assert len(json.loads((portal / "feed.json").read_bytes())["items"]) == len(feed.entries)
    assert (portal / "index.html").is_file()


def test_each_subscriber_gets_one_letter_at_most_over_smtp(done: Done) -> None:
    letters = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in sorted((done.home / "output" / "mail").glob("*.eml"))
    ]
    recipients = [letter["To"] for letter in letters]
    everything = [address for address, sectors, provinces in SUBSCRIBERS if not sectors + provinces]
    assert set(everything) <= set(recipients) <= {address for address, _, _ in SUBSCRIBERS}
    assert len(recipients) == len(set(recipients))
    [(sent,)] = rows(
        done.home,
        "SELECT count(*) FROM store_delivery WHERE channel = 'newsletter' AND state = 'sent'",
    )
    assert sent == len(letters)
    for letter in letters:
        assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}


def test_a_channel_that_fails_fails_the_self_test(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "portal").write_text("a file where the portal's folder should be")
    failed = subprocess.run(
        demo("--once", "--json", home=tmp_path),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert failed.returncode == 1
    assert "portal: planned" in failed.stderr
    assert "newsletter: planned" in failed.stderr


def test_a_throw_away_home_is_thrown_away(tmp_path: Path) -> None:
    counts = run_once(TMPDIR=str(tmp_path))
    assert counts["deliveries"]
    assert list(tmp_path.iterdir()) == []


def test_a_real_offices_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text("name: Văn phòng\n", "utf-8")
    refused = subprocess.run(
        demo("--once", home=tmp_path),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert refused.returncode == 2
    assert "real office" in refused.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["office.yaml"]


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused = subprocess.run(
            demo("--port", port, home=tmp_path / "home"),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_desk_is_served_and_nothing_stays_behind(done: Done, ending: signal.Signals) -> None:
    port = unused_port()
    process = subprocess.Popen(
        demo("--port", str(port), home=done.home),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + LIMIT
        page = ""
        while not page and process.poll() is None and time.monotonic() < deadline:
            try:
                with urlopen(f"http://127.0.0.1:{port}/desk/", timeout=LIMIT) as answer:
                    page = answer.read().decode()
            except (URLError, ConnectionError):
                time.sleep(0.2)
    finally:
        process.send_signal(ending)
        said, errors = process.communicate(timeout=LIMIT)
    assert "password" in page, errors
    assert process.returncode == 0, errors
    state = json.loads((done.home / "demo.json").read_text())
    assert f"lananh / {state['editor_password']}" in said
    assert f"thuha / {state['chief_password']}" in said
    assert all(is_free(each) for each in (port, state["mail_port"], *state["ports"]))
