"""Telling a WebSub hub (W3C Recommendation, 2018) which feeds have changed, so that their readers
need not ask again and again.

What the hub was told is kept beside the site as a hash of each feed: editions, corrections,
withdrawals and restorations are announced alike, once each, and again after a failure. Losing that
file costs one needless announcement.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish import links
from pipeline.publish.channels import portal
from pipeline.publish.files import exclusive, write
from pipeline.publish.plan import retry_at
from pipeline.publish.services import outward

log = logging.getLogger(__name__)

FEEDS = ("atom.xml", "rss.xml", "feed.json")
_TIMEOUT = (10, 10)  # seconds to connect, to answer
_LONGEST_REST = timedelta(hours=1)
_WITHIN = 20
"""Seconds of a round; a slow hub must not hold up what is to be sent. The rest comes next time."""


def announce(office: Office, home: Home, now: datetime) -> list[str]:
    """Tell the office's hub of every feed that differs from what it was told. Returns their
    addresses; none while the hub rests after a failure, or when there is no hub.

    Publishing asks the hub for nothing: what it answers is logged, never raised.
    """
    hub = office.channels.websub_hub
    folder = portal.folder_of(home)
    if not hub or not folder.is_dir():
        return []
    notes = home.output_dir / "websub"
    with exclusive(notes):
        told = _read(notes / "told.json")
        if told["rest_until"] and datetime.fromisoformat(told["rest_until"]) > now:
            return []
        changed = {
            name: digest for name, digest in _feeds(folder) if told["feeds"].get(name) != digest
        }
        done: list[str] = []
        begin = time.monotonic()
        with outward.session(hub) as session:
            session.trust_env = False
            for name, digest in changed.items():
                if time.monotonic() - begin > _WITHIN:
                    break
                problem = _tell(session, hub, links.portal(office, name))
                if problem:
                    told["failures"] += 1
                    rest = retry_at(told["failures"], now) or now + _LONGEST_REST
                    told["rest_until"] = rest.isoformat()
                    log.warning("hub %s: %s; asked again at %s", hub, problem, rest)
                    break
                told["feeds"][name] = digest
                told["failures"], told["rest_until"] = 0, ""
                done.append(links.portal(office, name))
        if changed:
            write(notes / "told.json", json.dumps(told, indent=1).encode())
    return done


def _read(path: Path) -> dict[str, Any]:
    empty: dict[str, Any] = {"feeds": {}, "failures": 0, "rest_until": ""}
    try:
        return {**empty, **json.loads(path.read_bytes())}
    except (FileNotFoundError, ValueError):
        return empty


def _feeds(folder: Path) -> Iterator[tuple[str, str]]:
    for name in FEEDS:
        for path in sorted(folder.rglob(name)):
            yield path.relative_to(folder).as_posix(), sha256(path.read_bytes()).hexdigest()


def _tell(session: requests.Session, hub: str, topic: str) -> str:
    """Empty, or what went wrong."""
    try:
        answer = session.post(
            hub,
            # The Recommendation leaves this to the hub; all take what PubSubHubbub 0.4 §7 had.
            data={"hub.mode": "publish", "hub.url": topic, "hub.topic": topic},
            timeout=_TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
        answer.close()
    except (requests.RequestException, OSError) as error:
        return type(error).__name__
    return "" if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
