"""Who asks, as far as an address tells, and how often."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


def address(request: HttpRequest) -> str:
    """The client's address. A proxy on this machine, or at an address that ``GUONGSANG_PROXIES``
    names, is believed about whom it speaks for; what a stranger claims in ``X-Forwarded-For`` is
    not."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    claimed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        known = ipaddress.ip_address(peer).is_loopback or peer in settings.PROXIES
        if known and claimed:
            return str(ipaddress.ip_address(claimed))
    except ValueError:  # a Unix socket has no address; a claim may be anything
        pass
    return peer


class PerAddress(SimpleRateThrottle):
    """``rate`` such as ``120/m``, of what ``scope`` names. Counted in this process's memory."""

    def __init__(self, scope: str, rate: str) -> None:
        self.scope = scope
        super().__init__(rate)

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"{self.scope}:{address(request)}"
