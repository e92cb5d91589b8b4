"""The outbox: every delivery once, none lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from pipeline.config.home import Home
from pipeline.config.office import Channels, Office, Radio
from pipeline.digest.content import EditionContent
from pipeline.publish import links, outbox
from pipeline.publish.channels import CHANNELS, facebook, radio, sms, zalo
from pipeline.publish.channels.base import NotSent, Preview, Receipt, Send, Unreachable
from pipeline.publish.decisions import release, release_edition, settle
from pipeline.publish.outbox import publish_due
from pipeline.publish.plan import LEASE, MAX_ATTEMPTS, retry_at
from pipeline.publish.planning import plan_edition
from pipeline.store.models import AuditEntry, Delivery, DeliveryState, Edition
from pipeline.text.sms import measure
from pipeline.text.speech import unspelled
from tests.factories import NOW, make_user
from tests.publishing import (
    OFFICE,
    approved_edition,
    edition_content,
    item,
    later,
    tamper,
    use_channels,
)

pytestmark = pytest.mark.django_db


class Recording:
    """A channel that keeps what it was told to send, and fails as told."""

    name, label = "fake", "Thử"

    def __init__(self, *, reversible: bool, recipients: tuple[str, ...] = ("a", "b")) -> None:
        self.repeatable = reversible
        self.people = recipients
        self.sent: list[str] = []
        self.failures: dict[str, Exception] = {}
        self.refuses_to_begin: Exception | None = None
        self.on = True

    def enabled(self, office: Office) -> bool:
        return self.on

    def reversible(self, office: Office) -> bool:
        return self.repeatable

    def recipients(self, office: Office) -> tuple[str, ...]:
        return self.people

    @contextmanager
    def sending(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        if self.refuses_to_begin:
            raise self.refuses_to_begin

        def send(recipient: str) -> Receipt:
            failure = self.failures.pop(recipient, None)
            if isinstance(failure, NotSent):
                raise failure
            self.sent.append(recipient)
            if failure:
                raise failure
            return Receipt(remote_id=f"id-{recipient}")

        yield send

    def preview(self, content: EditionContent, office: Office) -> Preview:
        return Preview("text", content.title)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def only(monkeypatch: pytest.MonkeyPatch, channel: Recording) -> Recording:
    use_channels(monkeypatch, channel)
    return channel


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Recording:
    return only(monkeypatch, Recording(reversible=False))


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Recording:
    return only(monkeypatch, Recording(reversible=True, recipients=("",)))


def states() -> list[str]:
    return [str(state) for state in Delivery.objects.order_by("id").values_list("state", flat=True)]


def run(home: Home, now: object = None, **options: object) -> list[Delivery]:
    return publish_due(office=OFFICE, home=home, now=now or NOW, **options)  # type: ignore[arg-type]


def test_publishing_twice_sends_nothing_twice(letters: Recording, home: Home) -> None:
    approved_edition(1)
    first = run(home)
    assert [row.state for row in first] == ["sent", "sent"]
    assert [row.remote_id for row in first] == ["id-a", "id-b"]
    assert run(home, later(minutes=5)) == []
    assert letters.sent == ["a", "b"]


def test_nothing_leaves_before_its_time(letters: Recording, home: Home) -> None:
    edition = approved_edition(1)
    Edition.objects.filter(pk=edition.pk).update(publish_at=later(hours=1))
    assert run(home) == []
    assert letters.sent == []
    assert len(run(home, later(hours=1))) == 2


def test_the_plan_is_stored_before_anything_is_sent(letters: Recording, home: Home) -> None:
    edition = approved_edition(1)
    plan_edition(edition, OFFICE)
    assert list(edition.deliveries.values_list("state", flat=True)) == ["planned", "planned"]
    assert letters.sent == []
    plan_edition(edition, OFFICE)
    assert Delivery.objects.count() == 2


def test_someone_who_came_after_the_plan_waits_for_the_next_edition(
    letters: Recording, home: Home
) -> None:
    approved_edition(1)
    run(home)
    letters.people = ("a", "b", "late")
    assert run(home, later(hours=2)) == []
    assert letters.sent == ["a", "b"]


def test_a_lost_answer_is_unknown_and_never_retried(letters: Recording, home: Home) -> None:
    approved_edition(1)
    letters.failures["a"] = TimeoutError("no answer")
    run(home)
    assert states() == ["unknown", "sent"]
    for hours in range(1, 6):
        assert run(home, later(hours=hours)) == []
    assert letters.sent == ["a", "b"]
    row = Delivery.objects.get(recipient="a")
    assert "TimeoutError" in row.detail


def test_a_refusal_that_may_pass_is_tried_again_later(letters: Recording, home: Home) -> None:
    approved_edition(1)
    letters.failures["a"] = NotSent("451", again=True)
    run(home)
    assert states() == ["planned", "sent"]
    assert run(home, later(seconds=30)) == []
    run(home, later(seconds=90))
    assert states() == ["sent", "sent"]
    assert letters.sent == ["b", "a"]


def test_a_final_refusal_is_final(letters: Recording, home: Home) -> None:
    approved_edition(1)
    letters.failures["a"] = NotSent("550", again=False)
    run(home)
    assert states() == ["failed", "sent"]
    assert run(home, later(hours=5)) == []


def test_an_unreachable_server_stops_the_batch_and_loses_nobody(
    letters: Recording, home: Home
) -> None:
    approved_edition(1)
    letters.failures["a"] = Unreachable("down", again=True)
    run(home)
    assert states() == ["planned", "planned"]
    assert letters.sent == []
    run(home, later(minutes=2))
    assert letters.sent == ["a", "b"]


def test_a_batch_that_cannot_begin_waits(letters: Recording, home: Home) -> None:
    approved_edition(1)
    letters.refuses_to_begin = Unreachable("no server", again=True)
    run(home)
    assert states() == ["planned", "planned"]
    letters.refuses_to_begin = None
    run(home, later(minutes=2))
    assert states() == ["sent", "sent"]


def test_after_enough_attempts_a_person_is_asked(files: Recording, home: Home) -> None:
    approved_edition(1)
    now = NOW
    for _attempt in range(MAX_ATTEMPTS):
        files.failures[""] = OSError("disk full")
        run(home, now)
        now = Delivery.objects.get().next_try_at or now
    assert states() == ["failed"]
    assert Delivery.objects.get().attempts == MAX_ATTEMPTS


def test_attempts_end_after_127_minutes() -> None:
    now = NOW
    for attempt in range(1, MAX_ATTEMPTS):
        again = retry_at(attempt, now)
        assert again is not None
        now = again
    assert now - NOW == timedelta(minutes=127)
    assert retry_at(MAX_ATTEMPTS, now) is None


@pytest.mark.parametrize(("kind", "expected"), [("letters", "unknown"), ("files", "sent")])
def test_what_a_killed_worker_left(
    request: pytest.FixtureRequest, home: Home, kind: str, expected: str
) -> None:
    channel: Recording = request.getfixturevalue(kind)
    channel.people = ("",)
    edition = approved_edition(1)
    plan_edition(edition, OFFICE)
    Delivery.objects.update(state=DeliveryState.SENDING, claimed_by="dead", claimed_at=NOW)
    assert run(home, NOW + LEASE / 2) == []  # its owner may still be at it
    run(home, NOW + LEASE * 2)
    assert states() == [expected]
    assert channel.sent == ([] if kind == "letters" else [""])


def test_a_late_plan_waits_for_a_person(letters: Recording, home: Home) -> None:
    approved_edition(1)
    run(home, later(hours=6, minutes=1))
    assert states() == ["expired", "expired"]
    assert letters.sent == []
    editor = make_user("truc")
    row = Delivery.objects.first()
    assert row is not None
    assert release(row, editor, later(hours=7), OFFICE)
    run(home, later(hours=7))
    assert letters.sent == ["a"]
    entry = AuditEntry.objects.get(action="delivery.released")
    assert (entry.actor, entry.before) == (editor, {"state": "expired"})


def test_what_is_late_after_an_attempt_waits_for_a_person_too(
    letters: Recording, home: Home
) -> None:
    approved_edition(1)
    letters.failures["a"] = Unreachable("down", again=True)
    run(home)
    assert states() == ["planned", "planned"]
    late = later(days=3)
    assert run(home, late, dry_run=True) == []
    run(home, late)
    assert states() == ["expired", "expired"]
    assert letters.sent == []


def test_a_dead_claim_found_late_waits_for_a_person(files: Recording, home: Home) -> None:
    plan_edition(approved_edition(1), OFFICE)
    Delivery.objects.update(state=DeliveryState.SENDING, claimed_by="dead", claimed_at=NOW)
    run(home, later(days=3))
    assert states() == ["expired"]
    assert files.sent == []


def test_a_channel_switched_off_after_the_plan_is_not_sent(letters: Recording, home: Home) -> None:
    plan_edition(approved_edition(1), OFFICE)
    letters.on = False
    assert run(home, dry_run=True) == []
    assert run(home) == []
    assert states() == ["planned", "planned"]
    letters.on = True
    run(home, later(hours=1))
    assert letters.sent == ["a", "b"]


def test_a_channel_that_stays_off_leaves_its_deliveries_to_a_person(
    letters: Recording, home: Home
) -> None:
    plan_edition(approved_edition(1), OFFICE)
    letters.on = False
    run(home, later(hours=7))
    assert states() == ["expired", "expired"]


def test_a_person_decides_about_an_unknown_delivery(letters: Recording, home: Home) -> None:
    approved_edition(1)
    letters.failures = {"a": OSError("cut"), "b": OSError("cut")}
    run(home)
    arrived, lost = Delivery.objects.order_by("id")
    assert settle(arrived, None, later(hours=1), arrived=True)
    assert not settle(arrived, None, later(hours=1), arrived=False)
    assert release(lost, None, later(hours=1), OFFICE)
    run(home, later(hours=1))
    assert states() == ["sent", "sent"]
    assert letters.sent == ["a", "b", "b"]


def test_releasing_an_edition_sends_it_now_but_not_before_the_sources_delay(
    letters: Recording, home: Home
) -> None:
    edition = approved_edition(1)
    Edition.objects.filter(pk=edition.pk).update(publish_at=later(days=2))
    edition.refresh_from_db()
    early = NOW - timedelta(days=2) + timedelta(minutes=170)  # the source came out at NOW - 2 d
    assert release_edition(edition, None, early, OFFICE) == 2
    assert run(home, early, edition=edition) == []
    assert len(run(home, early + timedelta(minutes=10), edition=edition)) == 2


def test_a_dry_run_stores_and_sends_nothing(letters: Recording, home: Home) -> None:
    approved_edition(1)
    rows = run(home, dry_run=True)
    assert [(row.recipient, row.state) for row in rows] == [("a", "planned"), ("b", "planned")]
    assert not Delivery.objects.exists()
    assert letters.sent == []


def test_an_edition_that_is_not_what_was_approved_is_not_sent(
    letters: Recording, home: Home
) -> None:
    edition = approved_edition(1)
    tamper(edition, {**edition.content, "title": "Khác"})
    run(home)
    assert states() == ["failed", "failed"]
    assert letters.sent == []


def test_one_broken_channel_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    broken, sound = Recording(reversible=True), Recording(reversible=False)
    broken.refuses_to_begin = RuntimeError("template")
    sound.name = "sound"
    use_channels(monkeypatch, broken, sound)
    approved_edition(1)
    run(home)
    assert sound.sent == ["a", "b"]
    assert states() == ["planned", "planned", "sent", "sent"]


def test_only_the_channel_asked_for(home: Home) -> None:
    approved_edition(1)
    run(home, channel="portal")
    rows = run(home, channel="zalo")
    assert [(row.channel, row.state) for row in rows] == [("zalo", "sent")]
    assert {row.channel for row in run(home)} == {"facebook", "radio", "sms"}


def test_letters_and_posts_wait_for_the_pages_they_link_to(home: Home) -> None:
    approved_edition(1)
    assert run(home, channel="zalo", dry_run=True) == []
    home.output_dir.mkdir(parents=True)
    blocked = home.output_dir / "portal"
    blocked.write_text("a file where the portal's folder should be")
    assert len(run(home, dry_run=True)) == 5
    assert [(row.channel, row.state) for row in run(home)] == [("portal", "planned")]
    assert run(home, channel="zalo") == []
    assert run(home, dry_run=True) == []
    blocked.unlink()
    rows = run(home, later(minutes=2))
    assert {(row.channel, row.state) for row in rows} == {
        ("portal", "sent"),
        ("zalo", "sent"),
        ("facebook", "sent"),
        ("radio", "sent"),
        ("sms", "sent"),
    }


@pytest.mark.parametrize("channel", ["zalo", "facebook"])
def test_a_post_credits_every_story_it_tells(channel: str) -> None:
    stories = [
        item(n, outlet=f"Báo {n}", author=f"Người Viết {n}", machine_drafted=n == 1)
        for n in range(1, 9)
    ]
    stories[0] = replace(stories[0], summary=stories[0].summary * 9)
    content = edition_content(*stories, intro="")
    text = CHANNELS[channel].preview(content, OFFICE).body
    told = [story for story in stories if f"{story.headline} (" in text or story.url in text]
    assert len(told) >= 2
    for story in stories:
        assert (story.headline in text) == (story in told) or story is stories[0]
    for story in told:
        assert story.url in text
        assert f"{story.outlet} · {story.author} · 10:00, 18/11/2026" in text
    if channel == "facebook":
        assert facebook.words(text) <= facebook.WORDS[1]
    else:
        _title, description = zalo.fields(content)
        assert len(description) <= zalo.DESCRIPTION
        assert stories[0].outlet in description


def test_every_channel_previews_a_digest_in_work() -> None:
    content = edition_content(number=0, publish_at=None)
    for channel in CHANNELS.values():
        preview = channel.preview(content, OFFICE)
        if channel.name == "sms":  # no room: its link leads to the rest
            assert content.items[0].headline in preview.body
            assert links.digest(OFFICE, 0) in preview.body
        elif channel.name in ("poster", "notice"):  # forty words; for our own people
            assert content.items[0].headline in preview.body
            assert content.items[0].outlet in preview.body
        else:
            told = preview.body.replace("ba mươi mốt", "31")
            assert content.items[0].summary in told
            assert content.items[0].outlet in told
        assert preview.note


def test_a_radio_script_can_be_read_cold() -> None:
    told = item(summary="HTX thu 1,2 tỷ đồng từ 3/4 đến 22/11/2026.", machine_drafted=True)
    text = CHANNELS["radio"].preview(edition_content(told), OFFICE).body
    read = radio.read_aloud(text)
    assert unspelled(read) == []
    assert (
        "Hợp tác xã thu một phẩy hai tỷ đồng từ ngày ba tháng tư đến ngày hai mươi hai tháng mười "
        "một năm hai nghìn không trăm hai mươi sáu." in read
    )
    assert "Theo Báo Nậm Hẻn." in read
    assert "tóm tắt do máy soạn" in text
    assert "tóm tắt do máy soạn" not in read


def test_an_office_says_its_abbreviations_its_own_way() -> None:
    ours = Radio(spoken={"UBND": "Ủy ban"}, opening="Bản Nậm Hẻn xin chào.")
    office = OFFICE.model_copy(update={"channels": Channels(radio=ours)})
    text = CHANNELS["radio"].preview(edition_content(item(summary="UBND xã.")), office).body
    assert "Bản Nậm Hẻn xin chào." in text
    assert "Ủy ban xã." in text


@pytest.mark.parametrize("headline", ["Chị Mây dạy nghề", "Một câu chuyện rất dài " * 30])
def test_a_text_message_keeps_to_its_price_and_its_link(headline: str) -> None:
    content = edition_content(item(headline=headline))
    marked, plain = sms.forms(content, OFFICE)
    assert measure(marked).segments <= sms.MARKED
    assert (measure(plain).alphabet, measure(plain).segments) == ("GSM-7", sms.PLAIN)
    assert marked.endswith(links.digest(OFFICE, 1))
    assert plain.endswith(links.digest(OFFICE, 1))


def test_a_ledger_locked_after_the_send_shows_it_as_unknown(
    letters: Recording, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved_edition(1)
    finish = outbox._finish

    def locked_once(*args: object, **fields: object) -> None:
        monkeypatch.setattr(outbox, "_finish", finish)
        raise OperationalError("database is locked")

    monkeypatch.setattr(outbox, "_finish", locked_once)
    with pytest.raises(OperationalError):
        run(home)
    assert states() == ["sending", "planned"]
    run(home, later(seconds=1))
    run(home, NOW + LEASE + timedelta(seconds=2))
    assert states() == ["unknown", "sent"]
    assert letters.sent == ["a", "b"]


def test_a_clock_that_jumps_ahead_sends_nothing_twice(letters: Recording, home: Home) -> None:
    approved_edition(1)
    letters.failures["a"] = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        run(home)
    assert states() == ["sending", "planned"]
    run(home, later(days=366))
    assert states() == ["unknown", "expired"]
    assert letters.sent == ["a"]


def test_a_clock_that_falls_back_delays_and_repeats_nothing(letters: Recording, home: Home) -> None:
    approved_edition(1)
    run(home)
    assert run(home, NOW - timedelta(days=366)) == []
    assert run(home, later(minutes=1)) == []
    assert letters.sent == ["a", "b"]


def test_who_ends_finishes_the_letter_in_hand_and_leaves_the_rest(
    home: Home, letters: Recording
) -> None:
    approved_edition()
    stop = Mock(is_set=lambda: bool(letters.sent))
    run(home, stop=stop)
    assert (letters.sent, states()) == (["a"], ["sent", "planned"])
    run(home)
    assert (letters.sent, states()) == (["a", "b"], ["sent", "sent"])
