"""Letters signed with the key of the sender's domain (DKIM, RFC 6376), where no relay signs them.

One-click leaving needs it: receivers obey ``List-Unsubscribe-Post`` only under a signature that
covers it (RFC 8058, 4).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from typing import Self

import dkim
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

SHORTEST = 1024
"""Bits; receivers take no shorter key, and 2048 is what they expect (RFC 8301, 3.2)."""
_SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "auto-submitted"),
    *("mime-version", "content-type", "content-transfer-encoding"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post", "list-archive"),
)


class BadKey(Exception):
    """What is wrong with the key and how to mend it, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Signer:
    selector: str
    key_file: Path
    pem: bytes
    public: bytes
    """DER, as the record in the DNS holds it."""
    bits: int

    @classmethod
    def from_settings(cls) -> Self | None:
        """None: this installation does not sign.

        Raises:
            BadKey: it shall sign and cannot.
        """
        if not settings.DKIM_KEY_FILE:
            return None
        if not settings.DKIM_SELECTOR:
            raise BadKey("thiếu DKIM_SELECTOR → đặt trong .env, ví dụ guongsang")
        path = settings.HOME.root / settings.DKIM_KEY_FILE
        try:
            pem = path.read_bytes()
            key = load_pem_private_key(pem, password=None)
        except OSError as error:
            raise BadKey(f"không đọc được khóa DKIM ({error.strerror}) → DKIM_KEY_FILE") from error
        except (ValueError, TypeError) as error:
            words = "tệp ở DKIM_KEY_FILE không phải khóa PEM không mật khẩu → openssl genrsa 2048"
            raise BadKey(words) from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST:
            raise BadKey("khóa DKIM phải là RSA từ 1024 bit → openssl genrsa 2048")
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return cls(settings.DKIM_SELECTOR, path, pem, public, key.key_size)

    def sign(self, letter: bytes) -> bytes:
        """The letter with a signature of the domain in its ``From``.

        The body must be in seven bits: a relay may re-encode others and break the signature.
        """
        headers = BytesHeaderParser().parsebytes(letter)
        domain = parseaddr(headers["From"])[1].rpartition("@")[2]
        # From once more than it is there: nobody can add a second one (RFC 6376, 8.15).
        covered = ["from", *(name for name in _SIGNED if name in headers)]
        signature: bytes = dkim.sign(
            letter,
            self.selector.encode(),
            domain.encode("idna"),
            self.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in covered],
        )
        return signature + letter

    @property
    def record(self) -> str:
        """What the TXT record says (RFC 6376, 3.6.1)."""
        return f"v=DKIM1; k=rsa; p={base64.b64encode(self.public).decode()}"


def record_name(selector: str, domain: str) -> str:
    return f"{selector}._domainkey.{domain}"


def quoted(record: str) -> str:
    """As a zone file takes it: a string of a TXT record holds 255 bytes at most."""
    return " ".join(f'"{record[at : at + 255]}"' for at in range(0, len(record), 255))


def tags(record: str) -> dict[str, str]:
    """``v=DKIM1; p=MI GfMA`` → ``{"v": "DKIM1", "p": "MIGfMA"}`` (RFC 6376, 3.2)."""
    parts = (part.partition("=") for part in record.split(";"))
    return {name.strip(): "".join(value.split()) for name, equals, value in parts if equals}
