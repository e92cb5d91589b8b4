"""Who asks, as far as an address tells."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


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
