"""The administrator is told by mail what is broken and when it is mended, each thing once a day."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from pathlib import Path

from django.core.mail import EmailMessage

from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.operate.doctor import examine
from pipeline.operate.findings import Finding, Verdict
from pipeline.publish.mail import Mailer

AGAIN = timedelta(days=1)


def told_file(home: Home) -> Path:
    """What was told when; a file, because the database may be what is broken."""
    return home.output_dir / "alerts.json"


def tell_administrator(home: Home, now: datetime) -> str:
    """Mail what is newly broken, what still is after a day, and what is mended since.

    Returns what was done, in words. Raises:
        ConfigError: office.yaml cannot be read: nobody knows whom to tell.
        NotSent: the mail server did not take it; it is tried again the next time.
    """
    office = load_office(home.office_file)
    broken = [each for each in examine(home, now) if each.verdict is Verdict.BAD]
    told = _told(told_file(home))
    news = [each for each in broken if now - told.get(each.about, now - AGAIN) >= AGAIN]
    mended = sorted(told.keys() - {each.about for each in broken})
    if not news and not mended:
        return f"{len(broken)} broken, nothing new"
    with Mailer(unsigned=True) as mailer:
        mailer.send(_letter(office, news, mended))
    times = {each.about: told.get(each.about, now) for each in broken}
    _remember(told_file(home), times | {each.about: now for each in news})
    return f"{len(news)} broken, {len(mended)} mended: told"


def _letter(office: Office, news: Sequence[Finding], mended: Sequence[str]) -> EmailMessage:
    host = socket.gethostname()
    lines = [f"HỎNG  {each.about}: {each.words}" for each in news]
    lines += [f"ĐÃ ỔN {about}" for about in mended]
    about = ", ".join(dict.fromkeys(each.about for each in news)) or "đã ổn"
    _name, sender = parseaddr(office.channels.newsletter.sender or office.contact)
    return EmailMessage(
        subject=f"[Gương Sáng] {host}: {about}",
        body="\n".join([*lines, "", "Xem tất cả: guongsang doctor"]),
        from_email=formataddr((office.name, sender)),
        to=[office.administrator or office.contact],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _told(path: Path) -> dict[str, datetime]:
    """A file that is missing or torn says nothing: rather a letter twice than none."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {str(about): datetime.fromisoformat(at) for about, at in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _remember(path: Path, times: dict[str, datetime]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({about: at.isoformat() for about, at in times.items()}), "utf-8")
