"""What was made since a backup is, once that is brought back, not in force and not lost."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.operate import backup
from pipeline.operate.backup import bring_back, take
from pipeline.publish.outbox import publish_due
from tests.factories import NOW
from tests.homes import make_home
from tests.publishing import approved_edition, later

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    return make_home(root)


def test_what_was_made_since_is_not_in_force_and_not_lost(home: Home, tmp_path: Path) -> None:
    office = load_office(home.office_file)
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    template = "templates/channels/radio/script.txt"
    (home.root / template).parent.mkdir(parents=True)
    (home.root / template).write_text("{% hỏng")
    (home.root / "output/spool").mkdir()
    (home.root / "output/spool/1.jsonl").write_text("chưa lưu")
    approved_edition(1, office)
    (home.root / template).rename(home.root / "templates/tạm")
    publish_due(office=office, home=home, now=NOW)
    (home.root / "templates/tạm").rename(home.root / template)
    (page,) = (home.output_dir / "portal/tin").glob("*.html")
    done = bring_back(home, folder, migrate, later(hours=1)).aside
    assert done
    assert done.files > 5
    assert (done.folder / template).read_text() == "{% hỏng"
    assert {each.name for each in (done.folder / "output").iterdir()} >= {
        "print",
        "radio",
        "social",
    }
    assert not (home.root / template).exists()
    assert not page.exists(), "the portal shows what the database knows"
    assert (home.root / "output/spool/1.jsonl").exists()
    assert bring_back(home, folder, migrate, later(hours=2)).aside is None


def test_papers_that_a_backup_holds_of_an_edition_it_does_not_know_are_not_in_force(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published between the dump of the database and the copying of the files."""
    office = load_office(home.office_file)
    dump = backup.dump

    def then_publish(part: Path) -> None:
        publish_due(office=office, home=home, now=NOW)
        dump(part)
        for name in ("radio/1.txt", "social/1/facebook.txt"):
            next_one = home.output_dir / name.replace("1", "2")
            next_one.parent.mkdir(exist_ok=True)
            shutil.copyfile(home.output_dir / name, next_one)

    approved_edition(1, office)
    monkeypatch.setattr(backup, "dump", then_publish)
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    assert (folder / "output/radio/2.txt").exists()
    done = bring_back(home, folder, migrate, later(hours=1)).aside
    assert done
    assert (done.folder / "output/radio/2.txt").exists()
    assert (done.folder / "output/social/2/facebook.txt").exists()
    assert {path.name.split(".")[0] for path in (home.output_dir / "radio").iterdir()} == {"1"}
    assert (home.output_dir / "social/1/facebook.txt").exists()


def test_what_was_made_since_may_be_on_another_disk(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    book = home.output_dir / "yearbook/2026.pdf"
    book.parent.mkdir(parents=True)
    book.write_text("kỷ yếu")
    rename = os.rename

    def within_one(source: Any, target: Any, **more: Any) -> None:
        if "before-restore" in str(target):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source), None, str(target))
        rename(source, target, **more)

    monkeypatch.setattr(os, "rename", within_one)
    done = bring_back(home, folder, migrate, later(hours=1)).aside
    assert done
    assert (done.folder / "output/yearbook/2026.pdf").read_text() == "kỷ yếu"
    assert not book.exists()
