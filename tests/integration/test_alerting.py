"""The administrator is told what is broken: once a day, also when the disk or office.yaml is."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core import mail

from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.yamlfile import ConfigError
from pipeline.operate import alerting
from pipeline.operate.findings import Finding, Verdict
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_administrator_is_told_once_a_day_and_when_it_is_mended(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [Finding("đĩa", Verdict.BAD, "còn 0,1 GB → dọn bớt"), Finding("x", Verdict.GOOD, "")]
    monkeypatch.setattr(alerting, "examine", lambda home, now: broken)
    alerting.tell_administrator(home, NOW)
    alerting.tell_administrator(home, NOW + timedelta(hours=1))
    (letter,) = mail.outbox
    assert letter.to == [load_office(home.office_file).contact]
    assert "HỎNG  đĩa: còn 0,1 GB" in letter.body
    alerting.tell_administrator(home, NOW + timedelta(hours=25))
    assert len(mail.outbox) == 2
    broken.clear()
    assert (
        alerting.tell_administrator(home, NOW + timedelta(hours=26)) == "0 broken, 1 mended: told"
    )
    assert "ĐÃ ỔN đĩa" in mail.outbox[2].body
    alerting.told_file(home).write_text("torn")
    assert alerting.tell_administrator(home, NOW) == "0 broken, nothing new"


def test_two_who_saw_it_at_once_tell_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [Finding("đĩa", Verdict.BAD, "còn 0,1 GB → dọn bớt")]
    monkeypatch.setattr(alerting, "examine", lambda home, now: broken)
    second = Thread(target=alerting.tell_administrator, args=(home, NOW))
    send = alerting.Mailer.send

    def slowly(self: alerting.Mailer, message: mail.EmailMessage) -> None:
        if not second.ident:
            second.start()
            second.join(timeout=0.5)  # it gets the time to tell, too
        send(self, message)

    monkeypatch.setattr(alerting.Mailer, "send", slowly)
    alerting.tell_administrator(home, NOW)
    second.join()
    assert len(mail.outbox) == 1


def test_what_was_told_is_noted_without_needing_room(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the note is rewritten in place; else a letter would go out every minute."""
    broken: list[Finding] = []
    monkeypatch.setattr(alerting, "examine", lambda home, now: broken)
    alerting.tell_administrator(home, NOW)
    first = alerting.told_file(home).stat()
    broken.append(Finding("đĩa", Verdict.BAD, "còn 0,0 GB → dọn bớt"))
    for _ in range(3):
        alerting.tell_administrator(home, NOW)
    after = alerting.told_file(home).stat()
    assert len(mail.outbox) == 1
    assert (after.st_ino, after.st_size) == (first.st_ino, first.st_size) == (first.st_ino, 4096)


def test_of_a_faulty_office_file_somebody_is_told_all_the_same(home: Home) -> None:
    with home.office_file.open("a") as file:
        file.write("administrator: it@tinh.example   # máy chủ\nprovnce: x\n")
    alerting.tell_administrator(home, NOW)
    assert mail.outbox[0].to == ["it@tinh.example"]
    assert "provnce" in mail.outbox[0].body
    home.office_file.write_text("contact: [\n")
    with pytest.raises(ConfigError):
        alerting.tell_administrator(home, NOW)


def test_what_could_not_be_looked_at_is_not_called_mended(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away nobody knows how the outlets are."""
    outlets = Finding("nguồn tin", Verdict.BAD, "chưa bật nguồn nào")
    disk = Finding("đĩa", Verdict.BAD, "còn 0,1 GB")
    database = Finding("cơ sở dữ liệu", Verdict.BAD, "không trả lời")
    findings = [disk, outlets]
    monkeypatch.setattr(alerting, "examine", lambda home, now: findings)
    alerting.tell_administrator(home, NOW)
    findings[:] = [Finding("đĩa", Verdict.GOOD, "còn 9 GB"), database]
    alerting.tell_administrator(home, NOW)
    told = mail.outbox[1].body
    assert "ĐÃ ỔN đĩa" in told
    assert "nguồn tin" not in told
    findings[:] = [outlets]
    alerting.tell_administrator(home, NOW)
    assert "nguồn tin" not in mail.outbox[2].body, "it was told already"
    findings.clear()
    alerting.tell_administrator(home, NOW)
    assert "ĐÃ ỔN nguồn tin" in mail.outbox[3].body


def test_a_disk_that_was_full_from_the_first_hour_is_told_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def full(path: Path, flags: int, *mode: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return really_open(path, flags, *mode)

    broken = [Finding("đĩa", Verdict.BAD, "còn 0,0 GB → dọn bớt")]
    monkeypatch.setattr(alerting, "examine", lambda home, now: broken)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full)
        for _ in range(3):
            alerting.tell_administrator(home, NOW)
    assert len(mail.outbox) == 1
    alerting.tell_administrator(home, NOW)
    assert len(mail.outbox) == 1
    assert alerting.told_file(home).stat().st_size == alerting.ROOM, "as soon as there is room"
