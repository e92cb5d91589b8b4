"""A backup taken while everything runs, brought back whole; who asked to be forgotten stays so."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.operate.backup import BroughtBack, bring_back, check, take
from pipeline.operate.dumping import DUMP, SQLITE, BackupFailed, _run
from pipeline.publish.decisions import settle
from pipeline.publish.mail import subscribers
from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import restore, withdraw
from pipeline.review import public_requests
from pipeline.store import erasures
from pipeline.store.models import Delivery, PublicRequest, Story, Subscriber, User, Withdrawal
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home
from tests.publishing import approved_edition, later, subscriber

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    (root / ".env").write_text("GUONGSANG_SECRET_KEY=rất-bí-mật")
    (root / "secrets").mkdir()
    (root / "secrets/zalo.json").write_text("{}")
    (root / "output/yearbook").mkdir(parents=True)
    (root / "output/yearbook/2025.pdf").write_text("kỷ yếu")
    return make_home(root)


def test_what_is_brought_back_is_what_was(home: Home, tmp_path: Path) -> None:
    story = make_story(title="Trước khi sao")
    taken = take(home, tmp_path / "ban-sao", NOW)
    assert check(taken.folder)["taken_at"] == NOW.isoformat()
    story.title = "Sau khi sao"
    story.save()
    make_story()
    home.office_file.write_text("hỏng")
    bring_back(home, taken.folder, migrate, NOW)
    assert list(Story.objects.values_list("title", flat=True)) == ["Trước khi sao"]
    assert "Phòng Báo chí" in home.office_file.read_text("utf-8")
    assert (home.root / "output/yearbook/2025.pdf").read_text() == "kỷ yếu"


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
    bring_back(home, folder, migrate, NOW)
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
    assert bring_back(home, folder, migrate, NOW) == BroughtBack(2, 0, 0)
    assert [row.email for row in Subscriber.objects.all()] == ["mai@docgia.example.vn"]
    assert PublicRequest.objects.get().sender == ""
    # And once more, from a machine that has nothing but the newer journal.
    assert len(set(erasures.erased(erasures.journal_of(home)))) == 2


def test_an_erasure_that_a_full_disk_broke_off_is_lasting_once_repeated(
    home: Home, tmp_path: Path
) -> None:
    subscriber("hoa")
    subscriber("mai")
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    assert subscribers.erase("hoa@docgia.example.vn", at=NOW)
    journal = erasures.journal_of(home)
    journal.write_bytes(journal.read_bytes() + b'{"public_id": "0dd7fa22-' + "ạ".encode()[:2])
    assert subscribers.erase("mai@docgia.example.vn", at=NOW)
    assert bring_back(home, folder, migrate, NOW) == BroughtBack(2, 0, 0)
    assert not Subscriber.objects.exists()


def test_what_was_taken_back_stays_taken_back(home: Home, tmp_path: Path) -> None:
    office = load_office(home.office_file)
    edition = approved_edition(3, office)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    ids = [item["public_id"] for item in edition.content["items"]]
    gone, back, stays = (Story.objects.get(public_id=each) for each in ids)
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    for story in (gone, back):
        withdraw(story, None, later(hours=1), "Nhân vật\u2028xin gỡ", office=office, home=home)
    restore(back, make_user("nguoiduyet"), later(hours=2), office=office, home=home)
    assert bring_back(home, folder, migrate, NOW) == BroughtBack(0, 1, 0)
    (row,) = Withdrawal.objects.all()
    assert (row.story_id, row.reason) == (gone.pk, "Nhân vật\u2028xin gỡ")
    pages = "".join(path.read_text() for path in (home.root / "output/portal").rglob("*.html"))
    assert str(gone.public_id) not in pages
    assert str(stays.public_id) in pages
    assert bring_back(home, folder, migrate, NOW) == BroughtBack(0, 1, 0), "and once more"


def test_what_may_have_gone_out_since_is_not_sent_again(home: Home, tmp_path: Path) -> None:
    office = load_office(home.office_file)
    readers = [subscriber(name) for name in ("hoa", "mai")]
    edition = approved_edition(3, office)
    folder = take(home, tmp_path / "ban-sao", later(hours=-1)).folder
    publish_due(office=office, home=home, now=NOW)
    assert len(mail.outbox) == 2
    back = later(hours=2)
    done = bring_back(home, folder, migrate, back)
    assert (done.forgotten, done.withdrawn, done.doubtful) == (0, 0, 2)
    publish_due(office=office, home=home, now=back)
    assert len(mail.outbox) == 2, "no letter twice"
    letters = edition.deliveries.filter(channel="newsletter")
    assert {row.recipient for row in letters} == {str(each.public_id) for each in readers}
    assert {row.state for row in letters} == {"unknown"}
    assert "bản sao lưu lúc 09:00, 20/11/2026" in letters[0].detail
    others = edition.deliveries.exclude(channel="newsletter")
    assert {row.state for row in others} == {"sent"}, "files are written again"
    assert settle(letters[0], make_user("nguoiphat"), back, arrived=True)


def test_what_a_backup_shows_half_sent_is_not_sent_again(home: Home, tmp_path: Path) -> None:
    office = load_office(home.office_file)
    for name in ("hoa", "mai", "lan"):
        subscriber(name)
    edition = approved_edition(1, office)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    sending, planned, not_due = edition.deliveries.filter(channel="newsletter").order_by("pk")
    at = {"claimed_by": "may-cu", "claimed_at": NOW, "due_at": NOW}
    Delivery.objects.filter(pk=sending.pk).update(state="sending", **at)
    Delivery.objects.filter(pk=planned.pk).update(next_try_at=later(hours=3))
    Delivery.objects.filter(pk=not_due.pk).update(due_at=later(hours=3))
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    assert bring_back(home, folder, migrate, later(hours=2)) == BroughtBack(0, 0, 2)
    states = [Delivery.objects.get(pk=row.pk).state for row in (sending, planned, not_due)]
    assert states == ["unknown", "unknown", "planned"]
    publish_due(office=office, home=home, now=later(hours=4))
    assert [each.to for each in mail.outbox] == [["lan@docgia.example.vn"]]


def test_a_torn_backup_is_refused(home: Home, tmp_path: Path) -> None:
    make_story()
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    (folder / "office.yaml").write_text("khác")
    with pytest.raises(BackupFailed, match=r"office\.yaml"):
        bring_back(home, folder, migrate, NOW)
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


@pytest.mark.parametrize("inside", ["output/bk", "output", "templates/mới/bk", "../home/output/bk"])
def test_a_backup_into_what_it_copies_is_refused(home: Home, inside: str) -> None:
    shutil.rmtree(home.output_dir)
    home.output_dir.mkdir()
    with pytest.raises(BackupFailed, match=r"is copied .* name a folder outside"):
        take(home, home.root / inside, NOW)
    assert list(home.output_dir.iterdir()) == []


def test_a_link_to_what_it_copies_is_seen_through(home: Home, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home.output_dir)
    with pytest.raises(BackupFailed, match="is copied"):
        take(home, tmp_path / "link/bk", NOW)


def test_the_folder_one_stands_in_will_do(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ban-sao").mkdir()
    monkeypatch.chdir(tmp_path / "ban-sao")
    assert take(home, Path(), NOW).folder == tmp_path / "ban-sao"
    assert check(tmp_path / "ban-sao")


def test_a_backup_that_failed_leaves_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.output_dir / "older.part").mkdir()  # of a version that did
    (home.output_dir / "older.part/half").write_text("x")

    def full(source: str, target: str, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy2", full)
        with pytest.raises(OSError, match="No space left"):
            take(home, tmp_path / "ban-sao", NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["home"]
    kept = take(home, tmp_path / "ban-sao", NOW).folder
    assert {each.name for each in (kept / "output").iterdir()} == {"portal", "yearbook"}


def test_what_the_databases_own_tool_complains_of_is_told_from_its_beginning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(
        "#!/bin/sh\nprintf 'error: connection refused\\n\\tIs it running?\\n' >&2; exit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(BackupFailed, match=r"^pg_dump: error: connection refused Is it running\?$"):
        _run(["pg_dump"])


def test_what_is_taken_back_while_it_is_copied_is_not_missed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.output_dir / "gone.txt").write_text("gỡ")
    copy = shutil.copy2

    def late(source: Path | str, target: Path | str) -> object:
        if str(source).endswith("gone.txt"):
            Path(source).unlink()
        return copy(source, target)

    monkeypatch.setattr(shutil, "copy2", late)
    kept = take(home, tmp_path / "ban-sao", NOW).folder / "output"
    assert (kept / "yearbook/2025.pdf").is_file()
    assert not (kept / "gone.txt").exists()
