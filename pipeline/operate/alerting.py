"""The administrator is told by mail what is broken and when it is mended, each thing once a day."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from pathlib import Path

from django.core.mail import EmailMessage

from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.yamlfile import ConfigError
from pipeline.operate.doctor import HIDES, examine
from pipeline.operate.findings import Finding, Verdict
from pipeline.publish.mail.sending import Mailer

AGAIN = timedelta(days=1)
ROOM = 4096
"""Bytes of the note, always: rewriting them in place needs no room on a disk that is full, which
is just when somebody must be told once and not every minute."""
_UNKEPT: dict[Path, dict[str, datetime]] = {}
"""What a disk without room for the note's first writing could not keep, while we run."""
_ADDRESS = re.compile(r"^(administrator|contact):\s*[\"']?([^\s\"'#]+@[^\s\"'#]+)", re.MULTILINE)


def told_file(home: Home) -> Path:
    """What was told when; a file, because the database may be what is broken."""
    return home.output_dir / "alerts.json"


def tell_administrator(home: Home, now: datetime) -> str:
    """Mail what is newly broken, what still is after a day, and what is mended since.

    Returns what was done, in words. Raises:
        ConfigError: office.yaml names nobody whom to tell.
        NotSent: the mail server did not take it; it is tried again the next time.
    """
    to, sender = _addresses(home)
    findings = examine(home, now)
    with _one_at_a_time(told_file(home).parent):
        return _tell(findings, to, sender, told_file(home), now)


def _tell(findings: Sequence[Finding], to: str, sender: str, note: Path, now: datetime) -> str:
    broken = [each for each in findings if each.verdict is Verdict.BAD]
    told = _told(note)
    news = [each for each in broken if now - told.get(each.about, now - AGAIN) >= AGAIN]
    mended = sorted(told.keys() - {each.about for each in broken})
    if HIDES & {each.about for each in broken}:  # what was not looked at is not mended
        sound = {each.about for each in findings if each.verdict is Verdict.GOOD}
        mended = [about for about in mended if about in sound]
    times = {each.about: now for each in broken} | told
    times = {about: at for about, at in times.items() if about not in mended}
    if not news and not mended:
        _remember(note, times)
        return f"{len(broken)} broken, nothing new"
    with Mailer(unsigned=True) as mailer:
        mailer.send(_letter(to, sender, news, mended))
    _remember(note, times | {each.about: now for each in news})
    return f"{len(news)} broken, {len(mended)} mended: told"


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """The worker and the timer's doctor may both have seen it. The folder is locked: a lock file
    would need room."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _addresses(home: Home) -> tuple[str, str]:
    """Who is told, and the sender. A faulty office.yaml may still say so, and is what to tell."""
    try:
        office = load_office(home.office_file)
    except ConfigError:
        text = home.office_file.read_text("utf-8", "replace") if home.office_file.exists() else ""
        found: dict[str, str] = dict(_ADDRESS.findall(text))
        if not found:
            raise
        first, *_rest = found.values()
        return found.get("administrator", first), found.get("contact", first)
    _name, sender = parseaddr(office.channels.newsletter.sender or office.contact)
    return office.administrator or office.contact, formataddr((office.name, sender))


def _letter(to: str, sender: str, news: Sequence[Finding], mended: Sequence[str]) -> EmailMessage:
    host = socket.gethostname()
    lines = [f"HỎNG  {each.about}: {each.words}" for each in news]
    lines += [f"ĐÃ ỔN {about}" for about in mended]
    about = ", ".join(dict.fromkeys(each.about for each in news)) or "đã ổn"
    return EmailMessage(
        subject=f"[Gương Sáng] {host}: {about}",
        body="\n".join([*lines, "", "Xem tất cả: guongsang doctor"]),
        from_email=sender,
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _told(path: Path) -> dict[str, datetime]:
    """A file that is missing or torn says nothing: rather a letter twice than none."""
    if path in _UNKEPT:
        return _UNKEPT[path]
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {str(about): datetime.fromisoformat(at) for about, at in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _remember(path: Path, times: dict[str, datetime]) -> None:
    note = json.dumps({about: at.isoformat() for about, at in times.items()}).encode()
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
            file.write(note.ljust(ROOM))
            file.truncate()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _UNKEPT[path] = times
    else:
        _UNKEPT.pop(path, None)
