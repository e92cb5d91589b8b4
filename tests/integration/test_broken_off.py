"""A backup that was brought back by half: nothing runs on what is there, and it can be repeated."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.core import mail
from django.db import OperationalError, connection

from pipeline.cli import cli
from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.operate import backup, dumping
from pipeline.operate.backup import bring_back, take
from pipeline.operate.doctor import examine
from pipeline.operate.dumping import Unchanged
from pipeline.operate.findings import Verdict
from pipeline.operate.running import BrokenOff, marker_of, require_whole, running
from pipeline.publish.mail import subscribers
from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import journal_of, restore, withdraw
from pipeline.store.models import Story, Subscriber, Withdrawal
from tests.factories import NOW, make_user
from tests.homes import make_home
from tests.publishing import approved_edition, later, subscriber

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]
ABOUT = "bản sao lưu đưa về"


class Killed(BaseException):
    """As if the process were gone: nothing catches it."""


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    settings.SECRET_KEY = "k" * 40
    monkeypatch.setenv("GUONGSANG_HOME", str(root))
    return make_home(root)


@pytest.fixture
def since(home: Home, tmp_path: Path) -> Path:
    """A backup; since it was taken a reader was forgotten, another got the edition's letter, and of
    two stories that were taken back one was put back."""
    office = load_office(home.office_file)
    subscriber("hoa")
    subscriber("mai")
    edition = approved_edition(3, office)
    folder = take(home, tmp_path / "ban sao", later(hours=-1)).folder
    publish_due(office=office, home=home, now=NOW)
    assert len(mail.outbox) == 2
    assert subscribers.erase("hoa@docgia.example.vn", at=NOW)
    gone, back = (
        Story.objects.get(public_id=item["public_id"]) for item in edition.content["items"][:2]
    )
    for story in (gone, back):
        withdraw(story, None, later(hours=1), "xin gỡ", office=office, home=home)
    restore(back, make_user("nguoiduyet"), later(hours=1), office=office, home=home)
    return folder


def stop(*_: object, **__: object) -> None:
    raise Killed


def invoke(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def all_is_well(home: Home, folder: Path) -> None:
    done = bring_back(home, folder, migrate, later(hours=2))
    assert not marker_of(home).exists()
    assert (done.forgotten, done.withdrawn, done.doubtful) == (1, 1, 1)
    assert [row.email for row in Subscriber.objects.all()] == ["mai@docgia.example.vn"]
    publish_due(office=load_office(home.office_file), home=home, now=later(hours=2))
    assert len(mail.outbox) == 2, "no letter twice"
    assert Withdrawal.objects.count() == 1
    assert invoke("publish", "--due").exit_code == 0


STEPS = ("load", "load_office", "leave_to_people", "withdrawal.withdraw_again", "erase_again")


@pytest.mark.parametrize("step", [*STEPS, "migrate", "os.sync"])
def test_wherever_it_breaks_off_nothing_runs_until_it_is_repeated(
    home: Home, since: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        if step != "migrate":
            patch.setattr(f"pipeline.operate.backup.{step}", stop)
        with pytest.raises(Killed):
            bring_back(home, since, stop if step == "migrate" else migrate, later(hours=2))
    command = f"guongsang restore '{since}'"
    for words in ("run", "web", "scheduler", "worker", "publish --due", "crawl", "upgrade"):
        refused = invoke(*words.split())
        assert refused.exit_code == 1, words
        assert f"broke off; nothing runs on what is there now → {command}" in refused.output
        assert len(refused.output.splitlines()) == 1
    with pytest.raises(BrokenOff), running(home):
        pass
    (found,) = [each for each in examine(home, NOW) if each.about == ABOUT]
    assert found.verdict is Verdict.BAD
    assert command in found.words
    assert invoke("doctor").exit_code == 1
    all_is_well(home, since)
    assert ABOUT not in {each.about for each in examine(home, NOW)}


def test_a_journal_is_never_copied_by_half(
    home: Home, since: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last lines tell what was put back, and the home's own counts as the newer one."""
    newer = take(home, tmp_path / "newer", later(hours=3)).folder
    (tmp_path / "elsewhere").mkdir()
    elsewhere = make_home(tmp_path / "elsewhere")
    own = journal_of(elsewhere)
    replace = Path.replace

    def killed(path: Path, target: Path) -> Path:
        if target == own:
            raise Killed
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            bring_back(elsewhere, newer, migrate, later(hours=4))
    assert not own.exists()
    bring_back(elsewhere, newer, migrate, later(hours=4))
    assert own.read_bytes() == (newer / own.name).read_bytes()
    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize("error", [BaseException, RuntimeError, OSError, backup.BackupFailed])
def test_whatever_broke_it_off(home: Home, since: Path, error: type[BaseException]) -> None:
    def broken() -> None:
        raise error("hỏng")

    with pytest.raises(error):
        bring_back(home, since, broken, later(hours=2))
    with pytest.raises(BrokenOff):
        require_whole(home)
    all_is_well(home, since)


def test_the_command_names_itself_and_mends_it(
    home: Home, since: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.cli.installing.migrate", stop)
        with pytest.raises(Killed):
            CliRunner().invoke(cli, ["restore", str(since), "--yes"], catch_exceptions=False)
    assert marker_of(home).exists()
    (home.root / "templates").mkdir()
    (home.root / "templates/own.html").write_text("")
    mended = invoke("restore", str(since), "--yes")
    assert mended.exit_code == 0, mended.output
    assert f"made since are in {home.root}/before-restore-2" in mended.output
    assert not marker_of(home).exists()


def test_a_database_that_was_not_touched_goes_on(
    home: Home, since: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise Unchanged("the database cannot be replaced: database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "load", locked)
        refused = invoke("restore", str(since), "--yes")
    assert refused.exit_code == 1
    assert "database is locked" in refused.output
    assert not marker_of(home).exists()
    assert invoke("publish", "--due").exit_code == 0
    # It does not hide that an earlier one broke off.
    with pytest.raises(Killed):
        bring_back(home, since, stop, NOW)
    before = marker_of(home).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(backup, "load", locked)
        assert invoke("restore", str(since), "--yes").exit_code == 1
    assert marker_of(home).read_bytes() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it is about the file")
@pytest.mark.parametrize("error", [OperationalError, sqlite3.OperationalError])
def test_a_file_that_cannot_be_written_is_what_it_was(
    home: Home, since: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def locked(*_: object) -> None:
        raise error("database or disk is full")

    monkeypatch.setattr(dumping, "_overwrite", locked)
    with pytest.raises(Unchanged, match="cannot be replaced: database or disk is full"):
        bring_back(home, since, migrate, NOW)
    assert not marker_of(home).exists()


def test_whoever_comes_while_it_goes_on_waits(home: Home, since: Path) -> None:
    waiting = Thread(target=require_whole, args=(home,), daemon=True)

    def meanwhile() -> None:
        (found,) = [each for each in examine(home, NOW) if each.about == ABOUT]
        assert found.verdict is Verdict.LOOK
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        migrate()

    bring_back(home, since, meanwhile, later(hours=2))
    waiting.join(10)
    assert not waiting.is_alive()
