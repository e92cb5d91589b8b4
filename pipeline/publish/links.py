"""Public addresses: of our pages, and the signed ones a subscriber is given."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing
from django.urls import reverse

from pipeline.config.office import Office

_LEAVE, _CONFIRM, _CHOOSE = "newsletter.leave", "newsletter.confirm", "newsletter.choose"
CONFIRM_WITHIN = timedelta(days=7)


def portal(office: Office, path: str = "") -> str:
    """Address of a file of ``output/portal/``."""
    return f"{office.site_url}/portal/{path}"


def digest_path(number: int) -> str:
    return f"so/{number}.html"


def story_path(public_id: str) -> str:
    return f"tin/{public_id}.html"


def digest(office: Office, number: int) -> str:
    return portal(office, digest_path(number))


def story(office: Office, public_id: str) -> str:
    return portal(office, story_path(public_id))


def subscribe(office: Office) -> str:
    return office.site_url + reverse("public:subscribe")


def leave(office: Office, subscriber: uuid.UUID) -> str:
    """Never expires: a letter may be years old when its reader has had enough."""
    token = signing.Signer(salt=_LEAVE).sign(str(subscriber))
    return office.site_url + reverse("public:leave", args=[token])


def choose(office: Office, subscriber: uuid.UUID) -> str:
    """The reader's own page: what they are sent and what is held. As lasting as ``leave``."""
    token = signing.Signer(salt=_CHOOSE).sign(str(subscriber))
    return office.site_url + reverse("public:choose", args=[token])


def confirm(office: Office, subscriber: uuid.UUID) -> str:
    token = signing.TimestampSigner(salt=_CONFIRM).sign(str(subscriber))
    return office.site_url + reverse("public:confirm", args=[token])


def read_leave(token: str) -> uuid.UUID:
    """Raises ``signing.BadSignature``: we never gave that address out."""
    return uuid.UUID(signing.Signer(salt=_LEAVE).unsign(token))


def read_choose(token: str) -> uuid.UUID:
    """Raises ``signing.BadSignature``: we never gave that address out."""
    return uuid.UUID(signing.Signer(salt=_CHOOSE).unsign(token))


def read_confirm(token: str) -> uuid.UUID:
    """Raises ``signing.BadSignature``, of which ``signing.SignatureExpired`` is one kind."""
    signer = signing.TimestampSigner(salt=_CONFIRM)
    return uuid.UUID(signer.unsign(token, max_age=CONFIRM_WITHIN))
