"""Letters signed by us and read by the library's verifier, as a receiver would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeline.config.home import Home
from pipeline.publish.mail import subscribers
from pipeline.publish.mail.dkim_signing import Signer
from pipeline.publish.mail.sending import Mailer
from pipeline.publish.outbox import publish_due
from pipeline.publish.outcomes import NotSent
from pipeline.store.models import Delivery, Subscriber
from tests.factories import NOW
from tests.mail_server import MailServer
from tests.publishing import OFFICE, approved_edition, subscriber

pytestmark = pytest.mark.django_db


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module")
def key() -> bytes:
    return pem(rsa.generate_private_key(65537, 2048))


@pytest.fixture
def signing(key: bytes, tmp_path: Path, settings: Any) -> bytes:
    """The record that belongs into the DNS."""
    (tmp_path / "dkim.pem").write_bytes(key)
    settings.DKIM_KEY_FILE, settings.DKIM_SELECTOR = str(tmp_path / "dkim.pem"), "guongsang"
    signer = Signer.from_settings()
    assert signer is not None
    return signer.record.encode()


def believed(letter: bytes, record: bytes) -> bool:
    def ask(name: bytes, timeout: float = 0) -> bytes | None:
        return record if name == b"guongsang._domainkey.namhen.example.vn." else None

    return bool(dkim.verify(letter, dnsfunc=ask))


def sent(tmp_path: Path) -> Delivery:
    publish_due(office=OFFICE, home=Home(tmp_path), now=NOW, channel="portal")
    [row] = publish_due(office=OFFICE, home=Home(tmp_path), now=NOW, channel="newsletter")
    return row


def test_a_receiver_believes_the_letter_and_how_to_leave(
    server: MailServer, signing: bytes, tmp_path: Path
) -> None:
    subscriber("an")
    approved_edition()
    assert sent(tmp_path).state == "sent"
    [letter] = server.raw
    assert believed(letter, signing)
    assert letter.isascii()  # no relay has a reason to re-encode it
    forged = (
        (b" <https://guongsang", b" <https://xau"),
        (b"One-Click", b"Two-Click"),
        (b"Subject: ", b"Subject: x"),
        (b"List-Id: ", b"List-Id: x"),
        (b"namhen", b"nomhen"),
        (b"</html>", b"<p></html>"),
        (b"\r\nTo: ", b"\r\nFrom: xau@example.vn\r\nTo: "),
    )
    for old, new in forged:
        assert old in letter
        assert not believed(letter.replace(old, new, 1), signing), new


def test_the_letter_that_asks_to_confirm_is_signed_too(server: MailServer, signing: bytes) -> None:
    subscribers.ask("lan@docgia.example.vn", office=OFFICE, at=NOW)
    assert believed(server.raw[0], signing)


@pytest.mark.parametrize(
    "key_file",
    [
        None,
        b"no key",
        pem(rsa.generate_private_key(65537, 512 * 2)).replace(b"PRIVATE", b"PUBLIC"),
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["missing", "no key", "torn", "not RSA"],
)
def test_with_a_broken_key_letters_wait_but_the_administrator_is_told(
    server: MailServer, tmp_path: Path, settings: Any, key_file: bytes | None
) -> None:
    settings.DKIM_KEY_FILE, settings.DKIM_SELECTOR = str(tmp_path / "dkim.pem"), "guongsang"
    if key_file is not None:
        (tmp_path / "dkim.pem").write_bytes(key_file)
    subscriber("an")
    approved_edition()
    row = sent(tmp_path)
    assert (row.state, row.attempts) == ("planned", 1)
    assert "Không ký được thư" in row.detail
    with pytest.raises(NotSent):
        subscribers.ask("lan@docgia.example.vn", office=OFFICE, at=NOW)
    assert not Subscriber.objects.filter(email="lan@docgia.example.vn", state="active").exists()
    with Mailer(unsigned=True):
        pass
    assert server.raw == []
