"""The signed time in a form: who posts without having been shown the form, or faster than anybody
writes, is a program. No third party, no script, no puzzle."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.core import signing

_SALT = "public.form"
SOONEST, LATEST = timedelta(seconds=4), timedelta(hours=12)


class Age(StrEnum):
    FINE = "fine"
    TOO_SOON = "too_soon"
    TOO_OLD = "too_old"
    FORGED = "forged"


def seal(now: datetime) -> str:
    """For a hidden field: a number of its own and the time, signed."""
    return signing.Signer(salt=_SALT).sign(f"{secrets.token_hex(8)}.{int(now.timestamp())}")


def age(token: str, now: datetime) -> Age:
    try:
        value = signing.Signer(salt=_SALT).unsign(token)
        shown = datetime.fromtimestamp(int(value.rpartition(".")[2]), UTC)
    except (signing.BadSignature, ValueError):
        return Age.FORGED
    if now - shown < SOONEST:
        return Age.TOO_SOON
    return Age.TOO_OLD if now - shown > LATEST else Age.FINE


def fingerprint(token: str, words: Iterable[str]) -> str:
    """Stands for a form that was sent: the second time it is sent it is known. With other
    ``words``, as after going back in the browser, it is another."""
    return hashlib.sha256("\0".join((token, *words)).encode()).hexdigest()
