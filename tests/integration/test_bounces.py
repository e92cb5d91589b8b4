"""Letters that come back: who they are about, what follows, and what nobody can forge."""

from __future__ import annotations

import mailbox
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.forms import model_to_dict
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import cli
from pipeline.config.office import Channels, Newsletter
from pipeline.publish.channels.newsletter import compose
from pipeline.publish.mail.bounces import Returned, note, read
from pipeline.publish.mail.verp import return_address
from pipeline.store.models import AuditEntry, Bounce, Delivery, Edition, Subscriber
from tests.factories import NOW
from tests.homes import make_home
from tests.publishing import OFFICE, approved_edition, edition_content, subscriber

pytestmark = pytest.mark.django_db
BOX = "tra@namhen.example.vn"


def report(to: str, action: str, status: str) -> bytes:
    """A delivery status notification as RFC 3464 has it."""
    return f"""\
From: MAILER-DAEMON@mx.example.vn
To: {to}
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn

Final-Recipient: rfc822; ai-do@docgia.example.vn
Action: {action}
Status: {status}

--b--
""".encode()


def complaint(to: str) -> bytes:
    return f"""\
From: feedback@mx.example.vn
To: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--b--
""".encode()


@pytest.fixture
def reader() -> Subscriber:
    found: Subscriber = subscriber("hoa")
    return found


def address(reader: Subscriber, edition: int = 1) -> str:
    return return_address(BOX, edition, reader.public_id)


def came(reader: Subscriber, kind: str, edition: int = 1) -> bool:
    done = note(Returned(reader.public_id, edition, Bounce.Kind(kind)), OFFICE, NOW)
    reader.refresh_from_db()
    return done


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [("failed", "5.1.1", "hard"), ("delayed", "4.2.2", "soft")],
)
def test_what_a_status_report_says(reader: Subscriber, action: str, status: str, kind: str) -> None:
    found = read(report(address(reader, 7), action, status))
    assert found == Returned(reader.public_id, 7, Bounce.Kind(kind))


def test_a_report_of_success_or_of_absence_says_nothing(reader: Subscriber) -> None:
    assert read(report(address(reader), "delivered", "2.0.0")) is None
    absent = f"To: {address(reader)}\nAuto-Submitted: auto-replied\n\nTôi đi vắng.".encode()
    assert read(absent) is None


def test_a_complaint_is_a_complaint(reader: Subscriber) -> None:
    found = read(complaint(address(reader)))
    assert found is not None
    assert found.kind == "complaint"


def test_the_mail_server_s_word_counts_before_the_headers(reader: Subscriber) -> None:
    other = subscriber("mai")
    found = read(report(address(other), "failed", "5.1.1"), recipient=address(reader))
    assert found is not None
    assert found.subscriber == reader.public_id


def test_nobody_can_be_struck_off_by_a_forged_letter(reader: Subscriber) -> None:
    local = address(reader).partition("@")[0]
    forged = f"{local.rpartition('.')[0]}.{'0' * 12}@namhen.example.vn"
    assert read(report(forged, "failed", "5.1.1")) is None
    assert read(report("hoa@docgia.example.vn", "failed", "5.1.1")) is None


def test_a_mailbox_that_is_gone_gets_no_more(reader: Subscriber) -> None:
    assert came(reader, "hard")
    assert reader.state == "bounced"
    assert not came(reader, "hard")
    entry = AuditEntry.objects.get(action="subscriber.bounced")
    assert "docgia.example.vn" not in str(entry.after)


def sent_to(reader: Subscriber, *numbers: int) -> None:
    first = Edition.objects.first() or approved_edition(1)
    for number in numbers:
        values = model_to_dict(first, exclude=["id", "digest", "approved_by", "correction"])
        edition = Edition.objects.filter(number=number).first() or Edition.objects.create(
            **{**values, "number": number}, digest=first.digest, approved_by=first.approved_by
        )
        Delivery.objects.create(
            edition=edition, channel="newsletter", recipient=str(reader.public_id), state="sent",
            due_at=NOW,
        )  # fmt: skip


def test_a_full_mailbox_is_borne_with_for_three_letters(reader: Subscriber) -> None:
    sent_to(reader, 3, 4, 5, 6, 7, 8)
    for edition in (3, 4, 6, 8):
        came(reader, "soft", edition)
        assert reader.state == "active"  # the fifth arrived
    came(reader, "soft", 7)
    assert reader.state == "bounced"


def test_letters_in_a_row_are_those_the_reader_was_sent(reader: Subscriber) -> None:
    sent_to(reader, 2, 7, 11)
    sent_to(subscriber("mai"), 3, 8, 9)
    for edition in (2, 7):
        came(reader, "soft", edition)
        assert reader.state == "active"
    came(reader, "soft", 11)
    assert reader.state == "bounced"


def test_a_complaint_is_a_wish_to_leave(reader: Subscriber) -> None:
    came(reader, "complaint")
    assert reader.state == "left"
    assert reader.consents.filter(action="withdrawn").count() == 1


def test_a_reader_who_was_forgotten_is_no_fault() -> None:
    assert note(Returned(uuid.uuid4(), 1, Bounce.Kind.HARD), OFFICE, NOW) is False


def test_each_letter_has_its_own_way_back(reader: Subscriber) -> None:
    newsletter = Newsletter(bounces=BOX)
    office = OFFICE.model_copy(update={"channels": Channels(newsletter=newsletter)})
    letter = compose(edition_content(), 1, office, reader, "<p>x</p>", "x")
    assert letter.from_email == address(reader)
    assert OFFICE.contact in str(letter.message()["From"])
    plain = compose(edition_content(), 1, OFFICE, reader, "<p>x</p>", "x")
    assert plain.from_email == OFFICE.contact


def test_a_maildir_is_read_once(
    reader: Subscriber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_home(tmp_path)
    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    box = mailbox.Maildir(tmp_path / "tra", create=True)
    box.add(report(address(reader), "failed", "5.1.1"))
    box.add(b"To: tra@namhen.example.vn\n\nXin chao")

    def run() -> str:
        options = ["subscribers", "bounces", "--maildir", str(tmp_path / "tra")]
        return CliRunner().invoke(cli, options).output

    assert "2 letters, 1 noted" in run()
    assert "0 letters, 0 noted" in run()
    reader.refresh_from_db()
    assert reader.state == "bounced"


@given(st.binary(max_size=2000), st.text(max_size=80))
def test_no_letter_breaks_it(raw: bytes, recipient: str) -> None:
    assert read(raw, recipient) is None
    ours = return_address(BOX, 1, uuid.UUID(int=1))
    found = read(raw, ours)
    assert found is None or found.subscriber == uuid.UUID(int=1)
