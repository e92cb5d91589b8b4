"""The letter to many readers over a real SMTP server on loopback, with a kill on the way.

``python -m bench.mail [COUNT]`` plans one edition, sends it with
``guongsang publish --due``, kills that process (SIGKILL) when a third is out, starts it again and
counts at the server: letters a second, peak memory, letters missing and letters twice. Beside it
the bound that Python's own smtplib sets, which keeps no ledger and cannot resume.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.homes import make_home
from tests.ports import unused_port

SERVER = """
import asyncio, sys
from aiosmtpd.smtp import SMTP

class Count:
    async def handle_DATA(self, server, session, envelope):
        head = envelope.content.split(b"\\r\\n\\r\\n", 1)[0].lower()
        [name] = [line for line in head.split(b"\\r\\n") if line.startswith(b"message-id:")]
        out.write(name.split(b":", 1)[1].strip() + b"\\n")
        out.flush()
        return "250 OK"

out = open(sys.argv[2], "ab")
loop = asyncio.new_event_loop()
loop.run_until_complete(loop.create_server(lambda: SMTP(Count()), "127.0.0.1", int(sys.argv[1])))
loop.run_forever()
"""


def prepare(count: int) -> bytes:
    """Readers and an approved edition. Returns one letter."""
    from django.core.management import call_command

    from pipeline.publish.approved import content_of
    from pipeline.publish.channels.newsletter import compose, letter
    from pipeline.store.models import Subscriber
    from pipeline.text.clock import utc_now
    from tests.publishing import OFFICE, approved_edition

    call_command("migrate", verbosity=0)
    now = utc_now()
    readers = (
        Subscriber(email=f"nguoi{number}@docgia.example", state="active", created_at=now)
        for number in range(count)
    )
    Subscriber.objects.bulk_create(readers, batch_size=5000)
    edition = approved_edition(stories=8)
    type(edition).objects.update(publish_at=now)
    content = content_of(edition)
    first = Subscriber.objects.earliest("id")
    return (
        compose(content, 1, OFFICE, first, *letter(content, OFFICE))
        .message()
        .as_bytes(linesep="\r\n")
    )


def states() -> Counter[str]:
    from pipeline.store.models import Delivery

    return Counter(Delivery.objects.filter(channel="newsletter").values_list("state", flat=True))


def send(home: Path, channel: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(home), "publish", "--due"]
    return subprocess.Popen([*command, "--channel", channel], stdout=subprocess.DEVNULL)


def plain(port: int, letter: bytes, count: int) -> float:
    """Letters a second of smtplib alone over one connection."""
    begin = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(count):
            connection.sendmail("a@b.example", [f"nguoi{number}@docgia.example"], letter)
    return count / (time.monotonic() - begin)


def measure(count: int, folder: Path) -> None:
    import django

    port, inbox = unused_port(), folder / "inbox"
    make_home(folder)
    os.environ.update(
        GUONGSANG_HOME=str(folder),
        GUONGSANG_SECRET_KEY="bench",
        GUONGSANG_EMAIL_URL=f"smtp://127.0.0.1:{port}",
        EMAIL_URL=f"smtp://127.0.0.1:{port}",
        DJANGO_SETTINGS_MODULE="pipeline.settings",
    )
    django.setup()
    letter = prepare(count)
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(inbox)])
    try:
        time.sleep(2)
        send(folder, "portal").wait()
        begin = time.monotonic()
        first = send(folder, "newsletter")
        while _lines(inbox) < count // 3 and first.poll() is None:
            time.sleep(0.2)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        killed, at = _lines(inbox), time.monotonic() - begin
        begin = time.monotonic()
        second: Any = send(folder, "newsletter")
        second.wait()
        took = time.monotonic() - begin
        received = Counter(inbox.read_bytes().split())
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"| {count} letters of {len(letter) / 1000:.0f} kB | |\n|---|---:|")
        print(f"| out when killed (with planning), letters/s | {killed} ({killed / at:.0f}/s) |")
        rest = sum(received.values()) - killed
        print(f"| after the restart, letters/s | {rest} ({rest / took:.0f}/s) |")
        print(f"| peak memory of the sender, MB | {peak} |")
        print(f"| received by the server | {len(received)} |")
        print(f"| received twice | {sum(n > 1 for n in received.values())} |")
        print(f"| what the ledger says | {dict(states())} |")
        print(f"| smtplib alone, letters/s | {plain(port, letter, min(count, 5000)):.0f} |")
    finally:
        server.terminate()
        server.wait()


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000, metavar="COUNT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(options.count, Path(scratch))


if __name__ == "__main__":
    main()
