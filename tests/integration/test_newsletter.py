"""The letter over a real SMTP server; joining and leaving."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from lxml import html

from pipeline.config.home import Home
from pipeline.digest.content import Picture
from pipeline.publish import links
from pipeline.publish.channels.newsletter import LIMIT, letter
from pipeline.publish.mail import subscribers
from pipeline.publish.outbox import publish_due
from pipeline.store.models import Consent, Delivery, Subscriber, SubscriberState
from tests.factories import NOW
from tests.mail_server import MailServer
from tests.publishing import OFFICE, approved_edition, edition_content, item, later, subscriber

pytestmark = pytest.mark.django_db


def run(tmp_path: Path, now: datetime = NOW) -> list[Delivery]:
    """The letters of a round, after the pages that they link to."""
    publish_due(office=OFFICE, home=Home(tmp_path), now=now, channel="portal")
    return publish_due(office=OFFICE, home=Home(tmp_path), now=now, channel="newsletter")


def test_each_reader_gets_one_letter_however_often_it_runs(
    server: MailServer, tmp_path: Path
) -> None:
    people = [subscriber(name) for name in ("an", "binh", "chi")]
    subscriber("cho", SubscriberState.PENDING)
    subscriber("roi", SubscriberState.LEFT)
    approved_edition()
    assert {row.state for row in run(tmp_path)} == {"sent"}
    assert run(tmp_path, later(minutes=1)) == []
    assert sorted(letter["To"] for letter in server.accepted) == [person.email for person in people]
    rows = Delivery.objects.filter(channel="newsletter")
    assert {row.recipient for row in rows} == {str(person.public_id) for person in people}
    assert not [row for row in rows if "@docgia" in f"{row.recipient}{row.remote_id}{row.detail}"]


def test_the_letter_is_complete_multipart_with_list_headers(
    server: MailServer, tmp_path: Path
) -> None:
    person = subscriber("an")
    edition = approved_edition()
    run(tmp_path)
    [message] = server.accepted
    assert message.get_content_type() == "multipart/alternative"
    text, page = (part.get_content() for part in message.iter_parts())
    leave = links.leave(OFFICE, person.public_id)
    assert f"\r\nList-Unsubscribe: <{leave}>\r\n".encode() in server.raw[0]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.search(rb"\r\nList-Id:\s[^<]+ <guongsang\.namhen\.example\.vn>\r\n", server.raw[0])
    assert message["List-Id"].startswith(OFFICE.name)
    assert message["Date"].endswith("+0700")
    assert message["Message-ID"] == f"<so-1.{person.public_id}@namhen.example.vn>"
    assert message["From"].addresses[0].display_name == OFFICE.name
    assert message["Subject"] == edition.content["title"]
    for story in edition.content["items"]:
        for part in (text, page):
            assert story["headline"] in part
            assert story["url"] in part
            assert story["outlet"] in part
            assert story["author"] in part
    assert leave in text
    assert leave in page
    assert "leave.invalid" not in text + page


def test_a_reader_gets_the_sectors_and_provinces_they_chose(
    server: MailServer, tmp_path: Path
) -> None:
    choices = {"an": (["y-te"], []), "binh": ([], ["Lào Cai"]), "chi": ([], ["Cà Mau"])}
    for name, (sectors, provinces) in choices.items():
        person = subscriber(name)
        person.sectors, person.provinces = sectors, provinces
        person.save()
    edition = approved_edition()
    states = [str(row.state) for row in run(tmp_path)]
    assert states == ["sent", "sent", "dropped"]
    stories = {story["sector"]: story["headline"] for story in edition.content["items"]}
    bodies = {
        message["To"].split("@")[0]: message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for message in server.accepted
    }
    assert [title in bodies["an"] for title in stories.values()] == [
        sector == "y-te" for sector in stories
    ]
    assert all(title in bodies["binh"] for title in stories.values())


def test_the_html_needs_no_picture_no_script_and_no_style_sheet() -> None:
    page, _text = letter(edition_content(item(1), item(2)), OFFICE)
    tree = html.document_fromstring(page)
    assert not tree.xpath("//img | //script | //link | //form")
    assert len(page.encode()) < LIMIT
    assert tree.xpath("//h2/@style")
    assert "prefers-color-scheme" in page
    addresses = {address.split("/")[2] for address in re.findall(r"https?://[^\"' )]+", page)}
    placeholders = {"leave.invalid", "choose.invalid"}
    assert addresses <= {"guongsang.example.vn", "baonamhen.example.vn"} | placeholders


def test_a_picture_by_agreement_has_its_caption_and_credit() -> None:
    picture = Picture("https://baonamhen.example.vn/a.jpg", "Lớp học & men lá")
    page, _text = letter(edition_content(item(1, picture=picture), item(2)), OFFICE)
    (shown,) = html.document_fromstring(page).xpath("//img")
    assert (shown.get("src"), shown.get("alt")) == (picture.url, picture.caption)
    assert "Lớp học &amp; men lá (Ảnh: Báo Nậm Hẻn)" in page


def test_one_big_story_six_short_ones_and_the_others_headlines() -> None:
    stories = [item(n, summary=f"Tóm tắt số {n}.", machine_drafted=n == 9) for n in range(1, 10)]
    for part in letter(edition_content(*stories), OFFICE):
        told = [f"Tóm tắt số {n}." in part for n in range(1, 10)]
        assert told == [True] * 7 + [False] * 2
        assert all(story.headline in part and story.url in part for story in stories)
        assert "máy soạn" not in part


def test_what_an_outlet_wrote_cannot_become_markup_or_a_header(
    server: MailServer, tmp_path: Path
) -> None:
    page, text = letter(edition_content(item(1, headline="<b>A & B</b>")), OFFICE)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in page
    assert "<b>A & B</b>" in text


def test_a_lost_answer_after_the_letter_is_unknown_and_not_sent_again(
    server: MailServer, tmp_path: Path
) -> None:
    subscriber("an")
    approved_edition()
    server.cut_after_data = True
    [row] = run(tmp_path)
    assert row.state == "unknown"
    server.cut_after_data = False
    assert run(tmp_path, later(hours=1)) == []
    assert len(server.accepted) == 1


def test_a_refused_reader_waits_or_fails_and_the_others_get_theirs(
    server: MailServer, tmp_path: Path
) -> None:
    busy, unknown, fine = (subscriber(name) for name in ("an", "binh", "chi"))
    server.answers = {
        busy.email: ["451 4.7.1 Try again later"],
        unknown.email: ["550 5.1.1 No such user"],
    }
    approved_edition()
    states = {row.recipient: str(row.state) for row in run(tmp_path)}
    assert states == {
        str(busy.public_id): "planned",
        str(unknown.public_id): "failed",
        str(fine.public_id): "sent",
    }
    failed = Delivery.objects.get(recipient=str(unknown.public_id))
    assert failed.detail == "Máy chủ thư từ chối: 550 5.1.1"
    run(tmp_path, later(minutes=2))
    assert sorted(message["To"] for message in server.accepted) == [busy.email, fine.email]


def test_without_a_server_everything_waits(settings: object, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    subscriber("an")
    approved_edition()
    [row] = run(tmp_path)
    assert (row.state, row.attempts) == ("planned", 1)
    assert "Không nối được máy chủ thư" in row.detail


def test_who_leaves_after_the_plan_gets_nothing(server: MailServer, tmp_path: Path) -> None:
    from pipeline.publish.planning import plan_edition

    person = subscriber("an")
    plan_edition(approved_edition(), OFFICE)
    subscribers.leave(person, office=OFFICE, at=NOW)
    [row] = run(tmp_path)
    assert row.state == "dropped"
    assert server.accepted == []


@pytest.fixture
def office_home(tmp_path: Path, settings: object) -> None:
    settings.HOME = Home(tmp_path)  # type: ignore[attr-defined]
    (tmp_path / "office.yaml").write_text(
        "name: Tổ Gương sáng\nprovince: Lào Cai\ncontact: to@namhen.example.vn\n"
        "site_url: http://testserver\n"
    )


@pytest.mark.usefixtures("office_home")
class TestJoiningAndLeaving:
    FORM = {"email": " Lan@DocGia.example.vn ", "agree": "yes"}

    def joined(self, client: Client) -> str:
        """The address in the letter that asks to confirm."""
        assert client.post("/portal/dang-ky/", self.FORM).status_code == 200
        [address] = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
        return str(address)

    def test_nobody_is_active_before_confirming_from_their_own_mailbox(
        self, client: Client
    ) -> None:
        address = self.joined(client)
        person = Subscriber.objects.get()
        assert (person.email, person.state) == ("lan@docgia.example.vn", "pending")
        assert client.get(address).status_code == 200  # a scanner follows the link
        person.refresh_from_db()
        assert person.state == "pending"
        client.post(address)
        person.refresh_from_db()
        assert person.state == "active"
        asked, confirmed = Consent.objects.all()
        assert (asked.action, confirmed.action) == ("asked", "confirmed")
        assert "Tổ Gương sáng" in confirmed.wording
        assert confirmed.wording_version
        assert len(confirmed.ip_hash) == 64
        assert "127.0.0.1" not in confirmed.ip_hash

    def test_consent_is_never_assumed(self, client: Client) -> None:
        page = client.get("/portal/dang-ky/").content.decode()
        assert "checked" not in page
        response = client.post("/portal/dang-ky/", {"email": "lan@docgia.example.vn"})
        assert response.status_code == 400
        assert not Subscriber.objects.exists()
        assert not mail.outbox

    @pytest.mark.parametrize("address", ["", "lan", "lan@", "a@b.vn\nBcc: x@y.vn", "<a@b.vn>"])
    def test_what_is_no_address_is_refused(self, client: Client, address: str) -> None:
        response = client.post("/portal/dang-ky/", {"email": address, "agree": "yes"})
        assert response.status_code == 400
        assert not mail.outbox

    def test_the_form_tells_nobody_who_subscribes(self, client: Client) -> None:
        subscriber("da-co")
        known = client.post(
            "/portal/dang-ky/", {"email": "da-co@docgia.example.vn", "agree": "yes"}
        )
        fresh = client.post("/portal/dang-ky/", self.FORM)
        assert known.content == fresh.content
        assert len(mail.outbox) == 1

    def test_a_robot_that_fills_in_everything_is_ignored(self, client: Client) -> None:
        client.post("/portal/dang-ky/", {**self.FORM, "website": "http://x"})
        assert not Subscriber.objects.exists()

    def test_looking_never_unsubscribes_one_click_does(self) -> None:
        person = subscriber("an")
        address = links.leave(OFFICE, person.public_id).removeprefix(OFFICE.site_url)
        provider = Client(enforce_csrf_checks=True)
        for method in (provider.get, provider.head):
            assert method(address).status_code == 200
        person.refresh_from_db()
        assert person.state == "active"
        response = provider.post(address, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        person.refresh_from_db()
        assert person.state == "left"
        assert provider.post(address).status_code == 200
        assert Consent.objects.filter(action="withdrawn").count() == 1

    @pytest.mark.parametrize("state", ["pending", "active", "bounced"])
    def test_whoever_wants_to_leave_has_left(self, client: Client, state: str) -> None:
        person = subscriber("an", state)
        address = links.leave(OFFICE, person.public_id).removeprefix(OFFICE.site_url)
        assert "Bạn đã thôi nhận thư" in client.post(address).content.decode()
        person.refresh_from_db()
        assert person.state == "left"
        assert subscribers.take_over(person.email, "Phiếu", office=OFFICE, at=NOW) == "left"

    def test_a_forged_or_mixed_up_link_does_nothing(self, client: Client) -> None:
        person = subscriber("an", SubscriberState.PENDING)
        leave = links.leave(OFFICE, person.public_id).removeprefix(OFFICE.site_url)
        token = leave.split("/")[-2]
        for address in (leave.replace(token[:8], "00000000"), f"/portal/xac-nhan/{token}/"):
            assert client.post(address).status_code == 404
        person.refresh_from_db()
        assert person.state == "pending"

    def test_nobodys_mailbox_is_flooded_through_the_form(self, client: Client) -> None:
        for _again in range(3):
            client.post("/portal/dang-ky/", self.FORM)
        assert len(mail.outbox) == 1

    def test_the_form_takes_ten_addresses_an_hour_of_one_sender(self, client: Client) -> None:
        subscriber("da-co")
        tried = ["da-co", "khong phai", *"abcd", *["da-co"] * 4, *"efgh"]
        codes = [
            client.post(
                "/portal/dang-ky/", {"email": f"{name}@docgia.example.vn", "agree": "yes"}
            ).status_code
            for name in tried
        ]
        assert codes == [200, 400, *[200] * 9, 429, 429, 429]
        assert len(mail.outbox) == 5
        other = client.post("/portal/dang-ky/", self.FORM, REMOTE_ADDR="203.0.113.9")
        assert other.status_code == 200

    def test_the_form_writes_to_so_many_in_all(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subscribers, "EVERYBODY", 2)
        subscriber("da-co")
        codes = [
            client.post(
                "/portal/dang-ky/",
                {"email": f"{name}@docgia.example.vn", "agree": "yes"},
                REMOTE_ADDR=f"203.0.113.{number}",
            ).status_code
            for number, name in enumerate(["an", "binh", "chi", "da-co"])
        ]
        assert codes == [200, 200, 429, 429]
        assert len(mail.outbox) == 2

    def test_an_address_is_asked_once_a_day(self) -> None:
        for hours in (0, 1, 23, 25):
            subscribers.ask("lan@docgia.example.vn", office=OFFICE, at=later(hours=hours))
        assert len(mail.outbox) == 2

    def test_no_mail_server_no_answer_about_anybody(self, client: Client, settings: object) -> None:
        subscriber("da-co")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
        known = {"email": "da-co@docgia.example.vn", "agree": "yes"}
        assert client.post("/portal/dang-ky/", known).status_code == 503

    def test_a_mail_server_that_is_away_is_told_and_can_be_tried_again(
        self, client: Client, settings: object
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
        assert client.post("/portal/dang-ky/", self.FORM).status_code == 503
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
        assert client.post("/portal/dang-ky/", self.FORM).status_code == 200
        assert len(mail.outbox) == 1

    def test_who_left_may_come_back(self, client: Client) -> None:
        subscriber("lan", SubscriberState.LEFT)
        client.post(self.joined(client))
        assert Subscriber.objects.get().state == "active"


class TestLists:
    def test_an_import_keeps_the_proof_and_never_brings_back_who_left(self) -> None:
        subscriber("roi", SubscriberState.LEFT)
        proof = "Phiếu giấy, hội nghị 12/10/2026"
        outcomes = [
            subscribers.take_over(f"{name}@docgia.example.vn", proof, office=OFFICE, at=NOW)
            for name in ("moi", "moi", "roi")
        ]
        assert outcomes == ["added", "known", "left"]
        [record] = subscribers.export("moi@docgia.example.vn")
        assert record["consents"][0]["wording"] == proof

    def test_erasing_leaves_only_an_id_that_means_nobody(
        self, server: MailServer, tmp_path: Path
    ) -> None:
        person = subscriber("an")
        approved_edition()
        run(tmp_path)
        assert subscribers.erase(person.email, at=NOW)
        assert not subscribers.erase(person.email, at=NOW)
        assert list(subscribers.export()) == []
        assert Delivery.objects.filter(recipient=str(person.public_id)).exists()
