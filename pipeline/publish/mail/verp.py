"""Return addresses that say, signed, which letter came back (variable envelope return path)."""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid

from django.conf import settings

_ADDRESS = re.compile(r"\+(\d{1,9})\.([0-9a-f]{32})\.([0-9a-f]{12})@")


def return_address(mailbox: str, edition: int, subscriber: uuid.UUID) -> str:
    """``tra@bao.vn`` → ``tra+12.<id>.<signature>@bao.vn``."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{edition}.{subscriber.hex}.{_signature(edition, subscriber.hex)}@{domain}"


def read(address: str) -> tuple[int, uuid.UUID] | None:
    """Edition and subscriber of a return address; None when we never gave it out."""
    found = _ADDRESS.search(address)
    if found is None:
        return None
    edition, subscriber = int(found[1]), found[2]
    if not hmac.compare_digest(found[3], _signature(edition, subscriber)):
        return None
    return edition, uuid.UUID(subscriber)


def _signature(edition: int, subscriber: str) -> str:
    text = f"bounce {edition} {subscriber}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:12]
