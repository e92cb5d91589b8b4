"""Whether the machine under an installation is well: its room, its files' owners, its clock."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Max

from pipeline.config.home import Home
from pipeline.operate.findings import Finding, Verdict
from pipeline.store.models import JobRun, Page
from pipeline.text.clock import utc_now
from pipeline.text.format import date_time, number

LITTLE_DISK = 2 * 10**9  # bytes
AHEAD = timedelta(minutes=5)
"""A clock that is wrong by more stamps stories and log-ins wrongly."""
LATELY = timedelta(days=1)
WITNESSES = 3
"""Outlets whose clocks are asked at least: one of them may be wrong itself."""


def disk_findings(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(home.root).free
    words = f"còn {number(free / 10**9, 1)} GB"
    if free < LITTLE_DISK:
        yield Finding("đĩa", Verdict.BAD, f"{words} → dọn bớt hoặc thêm đĩa")
    else:
        yield Finding("đĩa", Verdict.GOOD, words)


def permission_findings(home: Home) -> Iterator[Finding]:
    """Files of another owner (a command was run as root) stop the service; secrets that others on
    the machine can read are none."""
    owner = home.root.stat().st_uid
    files = [home.env_file, home.database_file, *sorted((home.root / "secrets").glob("*"))]
    there = [path for path in files if path.exists()]
    folders = [home.root, home.output_dir, *sorted(home.output_dir.glob("*"))]
    folders = [path for path in folders if path.exists()]
    foreign = [path for path in (*there, *folders) if path.stat().st_uid != owner]
    shut = [path for path in (*there, *folders) if not os.access(path, _needed(path))]
    if foreign or shut:
        names = ", ".join(_name(path, home) for path in dict.fromkeys([*foreign, *shut]))
        mend = f"chown -R {_user(owner)} {home.root} && chmod -R u+rwX {home.root}"
        yield Finding("quyền tệp", Verdict.BAD, f"dịch vụ không dùng được {names} → {mend}")
    open_to_all = [] if not home.root.stat().st_mode & 0o077 else _readable_by_others(there)
    if open_to_all:
        names = " ".join(_name(path, home) for path in open_to_all)
        words = f"người khác trên máy đọc được {names} → chmod 600 {names}"
        yield Finding("bí mật", Verdict.LOOK, words)


def backup_tool_findings() -> Iterator[Finding]:
    """``pg_dump`` refuses a server of a newer version than its own. A machine that only works need
    not have it, hence never worse than a look."""
    if connection.vendor != "postgresql":
        return
    server = connection.get_database_version()[0]
    program = shutil.which("pg_dump")
    if program is None:
        words = "chưa có pg_dump, máy này không sao lưu được → apt install postgresql-client"
        yield Finding("sao lưu", Verdict.LOOK, words)
        return
    done = subprocess.run(  # noqa: S603 - a fixed program, no argument from outside
        [program, "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\d+", done.stdout)
    if version is None or int(version[0]) < server:
        has = version[0] if version else "?"
        words = (
            f"pg_dump {has} cũ hơn máy chủ PostgreSQL {server}, máy này không sao lưu được → cài "
            f"postgresql-client-{server} (apt.postgresql.org)"
        )
        yield Finding("sao lưu", Verdict.LOOK, words)


def clock_findings(now: datetime) -> Iterator[Finding]:
    """Held against what was written before, the database's clock and the outlets' clocks."""
    last = JobRun.objects.aggregate(last=Max("scheduled_for"))["last"]
    if last and last > now + AHEAD:
        words = f"có việc ghi lúc {date_time(last)}, sau giờ máy → xem đồng hồ (NTP)"
        yield Finding("đồng hồ", Verdict.BAD, words)
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select clock_timestamp()")
            off = utc_now() - cursor.fetchone()[0]
        if abs(off) > AHEAD:
            words = f"máy này {_words(off)} so với máy chủ dữ liệu → xem đồng hồ hai máy (NTP)"
            yield Finding("đồng hồ", Verdict.BAD, words)
            return
    told = _outlets_clocks(now)
    if len(told) < WITNESSES:
        return
    off = timedelta(seconds=median(each.total_seconds() for each in told))
    if abs(off) > AHEAD:
        words = f"máy này {_words(off)} so với {len(told)} tòa soạn → xem đồng hồ (NTP)"
        yield Finding("đồng hồ", Verdict.BAD, words)
    else:
        yield Finding("đồng hồ", Verdict.GOOD, f"khớp với {len(told)} tòa soạn")


def _outlets_clocks(now: datetime) -> list[timedelta]:
    """By how much we were ahead of each outlet when its newest page of lately came."""
    newest = Page.objects.filter(fetched_at__gt=now - LATELY).values("source")
    keys = newest.annotate(newest=Max("pk")).values_list("newest", flat=True)
    rows = Page.objects.filter(pk__in=list(keys)).values_list("fetched_at", "headers")
    return [off for at, sent in rows if (off := _off(at, sent)) is not None]


def _off(at: datetime, headers: dict[str, Any]) -> timedelta | None:
    """A cache tells when the page was made and how old it is (RFC 9111, 4.2.3)."""
    try:
        made = parsedate_to_datetime(str(headers["date"]))
        return at - made - timedelta(seconds=int(headers.get("age", 0)))
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _needed(path: Path) -> int:
    return os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)


def _readable_by_others(paths: list[Path]) -> list[Path]:
    return [path for path in paths if path.stat().st_mode & 0o077]


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _name(path: Path, home: Home) -> str:
    return "." if path == home.root else path.relative_to(home.root).as_posix()


def _words(off: timedelta) -> str:
    minutes = number(abs(off).total_seconds() / 60)
    return f"{'nhanh' if off > timedelta() else 'chậm'} {minutes} phút"
