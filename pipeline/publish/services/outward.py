"""Connections to services of others: a name that leads into the office's own network is refused.

An address written out in figures is meant, and so is a name in ``GUONGSANG_INTERNAL_HOSTS`` (a chat
server of the house); any other name could come to lead anywhere.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from pipeline.crawl.addresses import is_public

MEND = "nếu đúng là máy chủ của cơ quan thì ghi tên nó vào GUONGSANG_INTERNAL_HOSTS trong .env"


class NotPublic(NewConnectionError):
    """The name led to an address that is not public; nothing was sent."""


def session(url: str) -> requests.Session:
    """For ``url``; looks at where each connection really went, after any answer of the DNS. What an
    outbound proxy connects to is the proxy's to say."""
    made = requests.Session()
    if not _is_meant(urlsplit(url).hostname or ""):
        made.mount("http://", _PublicOnly())
        made.mount("https://", _PublicOnly())
    return made


def leads_inside(host: str) -> bool:
    """Whether any address of the name is not public, for a library that makes its own connections.
    A name without an address leads nowhere."""
    if _is_meant(host):
        return False
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return not all(is_public(str(address[0])) for *_, address in found)


def _is_meant(host: str) -> bool:
    named = os.environ.get("GUONGSANG_INTERNAL_HOSTS", "").lower().split(",")
    if host.lower() in {each.strip() for each in named}:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Checked:
    def _new_conn(self) -> socket.socket:
        connected: socket.socket = super()._new_conn()  # type: ignore[misc]
        peer = connected.getpeername()[0]
        if not is_public(peer):
            connected.close()
            raise NotPublic(self, f"{peer} is not a public address")  # type: ignore[arg-type]
        return connected


class _PublicHttp(_Checked, HTTPConnection):
    pass


class _PublicHttps(_Checked, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _PublicHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHttps


class _PublicOnly(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pools = {"http": _HttpPool, "https": _HttpsPool}
        self.poolmanager.pool_classes_by_scheme = pools
