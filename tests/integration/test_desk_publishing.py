"""People decide on the desk about things on their way out: when, whether again, taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.config.home import Home
from pipeline.digest import approval
from pipeline.digest.content import fingerprint
from pipeline.digest.drafting import draft_digest
from pipeline.publish.outbox import publish_due
from pipeline.publish.planning import plan_edition
from pipeline.store.models import (
    AuditEntry,
    Delivery,
    DeliveryState,
    Digest,
    Edition,
    Role,
    User,
    Withdrawal,
)
from pipeline.text.clock import VIETNAM, iso_week, utc_now
from pipeline.web.reference import office
from tests.factories import make_story, make_user
from tests.publishing import subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def chief() -> User:
    return make_user("thuha", Role.CHIEF)


@pytest.fixture
def desk(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


def submitted(hours_old: float = 24) -> Digest:
    """Submitted by an editor for publication in four days; its youngest story ``hours_old``."""
    editor, now = make_user("lananh"), utc_now()
    for number in range(2):
        story = make_story(
            title=f"Gương số {number}",
            subject=f"Người {number}",
            commune=f"Xã {number}",
            published_at=now - timedelta(hours=hours_old + number),
            found_at=now - timedelta(hours=hours_old),
        )
        review.accept(story, editor, now)
    digest = draft_digest(iso_week(now), office=office(), now=now, by=editor)
    later = now + timedelta(days=4)
    approval.submit(digest, editor, now, office=office(), publish_at=later)
    return digest


def approved(chief: User) -> Edition:
    """To be published in four days."""
    at = utc_now()
    return approval.approve(submitted(), chief, at, office(), publish_at=at + timedelta(days=4))


def press(client: Client, digest: Digest, words: str) -> str:
    """Press the button that says ``words`` on the digest's page, with all the form holds."""
    address = reverse("desk:digest", args=[digest.week])
    page = client.get(address).content.decode()
    form = next(part for part in page.split("<form")[1:] if words in part.split("</form>")[0])
    fields = {
        part.split('"')[0]: part.split('value="')[1].split('"')[0]
        for part in form.split("</form>")[0].split('<input type="hidden" name="')[1:]
    }
    target = form.split('action="')[1].split('"')[0]
    return client.post(target, fields, follow=True).content.decode()


# When


def test_approve_now_publishes_at_once(desk: Client, home: Home) -> None:
    digest = submitted()
    page = press(desk, digest, "Duyệt và phát ngay")
    assert "Đã duyệt bản tin số 1. Bản tin được phát trong ít phút." in page
    edition = Edition.objects.get()
    assert edition.publish_at <= utc_now()
    publish_due(office=office(), home=home, now=utc_now(), channel="portal")
    page = desk.get(reverse("desk:digest", args=[digest.week])).content.decode()
    assert "Xem trên cổng" in page
    assert desk.get("/portal/so/1.html").status_code == 200


def test_a_young_story_says_when_it_may_go(desk: Client) -> None:
    digest = submitted(hours_old=1)
    page = desk.get(reverse("desk:digest", args=[digest.week])).content.decode()
    assert "Duyệt và phát ngay" not in page
    assert "chưa đủ 180 phút sau bài gốc" in page
    youngest = max(item.story.published_at for item in digest.items.select_related("story"))
    press(desk, digest, "Duyệt và phát ")
    assert Edition.objects.get().publish_at == youngest + timedelta(minutes=180)


def test_the_scheduled_time_stays_on_offer(desk: Client) -> None:
    digest = submitted()
    press(desk, digest, "Duyệt và hẹn phát")
    assert Edition.objects.get().publish_at == approval.next_publication(office(), utc_now())


def approving(desk: Client, digest: Digest, publish_at: str) -> str:
    """The page after pressing a button that carries ``publish_at``, with all else as shown."""
    content, _problems = approval.checklist(digest, office(), utc_now())
    address = reverse("desk:change", args=[digest.week, "approve"])
    form = {
        "version": digest.version,
        "fingerprint": fingerprint(content),
        "publish_at": publish_at,
    }
    return desk.post(address, form, follow=True).content.decode()


def test_the_button_keeps_the_time_it_shows_though_the_schedule_changes_meanwhile(
    desk: Client, home: Home
) -> None:
    digest = submitted()
    page = desk.get(reverse("desk:digest", args=[digest.week])).content.decode()
    shown = approval.next_publication(office(), utc_now())
    assert f'name="publish_at" value="{shown.isoformat()}"' in page
    written = home.office_file.read_text()
    home.office_file.write_text(written.replace("fri 16:00", "mon 08:30"))
    assert approval.next_publication(office(), utc_now()) != shown
    approving(desk, digest, shown.isoformat())
    assert Edition.objects.get().publish_at == shown


def test_a_time_that_passed_on_the_screen_is_refused(desk: Client) -> None:
    digest, now = submitted(), utc_now()
    page = approving(desk, digest, (now - timedelta(minutes=6)).isoformat())
    assert "đã qua. Hãy chọn giờ khác." in page
    assert not Edition.objects.exists()
    kept = now - timedelta(minutes=2)
    approving(desk, digest, kept.isoformat())
    assert Edition.objects.get().publish_at == kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Chưa rõ giờ phát"),
        ("chiều mai", "Chưa rõ giờ phát"),
        ("0001-01-01T00:00", "đã qua"),
        ("9999-12-31T23:59-12:00", "xa quá 31 ngày"),
    ],
)
def test_no_time_or_an_impossible_one_is_asked_again(desk: Client, given: str, said: str) -> None:
    assert said in approving(desk, submitted(), given)
    assert not Edition.objects.exists()


def test_an_approver_chooses_the_time_but_not_sooner_than_the_sources_allow(desk: Client) -> None:
    digest = submitted(hours_old=1)
    page = desk.get(reverse("desk:digest", args=[digest.week])).content.decode()
    assert 'type="datetime-local" name="publish_at"' in page
    local = utc_now().astimezone(VIETNAM).replace(second=0, microsecond=0)
    page = approving(desk, digest, f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    assert "Chưa đủ 180 phút sau bài gốc" in page
    assert not Edition.objects.exists()
    chosen = local + timedelta(hours=3)
    approving(desk, digest, f"{chosen:%Y-%m-%dT%H:%M}")
    assert Edition.objects.get().publish_at == chosen


def test_an_approved_edition_can_go_before_its_time(desk: Client, chief: User, home: Home) -> None:
    edition = approved(chief)
    address = reverse("desk:publish_now", args=[edition.digest.week])
    page = desk.get(reverse("desk:digest", args=[edition.digest.week])).content.decode()
    assert address in page
    desk.get(address)
    publish_due(office=office(), home=home, now=utc_now())
    assert not Delivery.objects.filter(state=DeliveryState.SENT).exists(), "looking sends nothing"
    desk.post(address)
    publish_due(office=office(), home=home, now=utc_now())
    assert Delivery.objects.filter(channel="portal", state=DeliveryState.SENT).exists()
    assert "Mọi lượt của bản tin này đã phát" in desk.get(address).content.decode()


# Whether again


def delivery(edition: Edition, state: DeliveryState, channel: str = "newsletter") -> Delivery:
    recipient = str(subscriber(f"ban-doc-{state}").public_id) if channel == "newsletter" else ""
    return Delivery.objects.create(
        edition=edition, channel=channel, recipient=recipient, state=state, due_at=utc_now()
    )


@pytest.mark.parametrize(
    ("state", "decision", "becomes", "audited"),
    [
        ("unknown", "arrived", "sent", "delivery.settled"),
        ("unknown", "lost", "dropped", "delivery.settled"),
        ("expired", "drop-late", "dropped", "delivery.dropped"),
        ("failed", "drop-failed", "dropped", "delivery.dropped"),
        ("unknown", "again", "planned", "delivery.released"),
        ("expired", "now", "planned", "delivery.released"),
        ("failed", "retry", "planned", "delivery.released"),
    ],
)
def test_a_person_decides_about_a_delivery(
    desk: Client, chief: User, state: str, decision: str, becomes: str, audited: str
) -> None:
    edition = approved(chief)
    row, other = (delivery(edition, DeliveryState(each)) for each in (state, "sent"))
    address = reverse("desk:delivery", args=[edition.number, "newsletter", decision])
    assert address in desk.get(reverse("desk:overview")).content.decode()
    page = desk.get(address).content.decode()
    assert f"ban-doc-{state}@" in page, "whom to ask"
    assert "ban-doc-sent@" not in page
    row.refresh_from_db()
    assert row.state == state, "looking decides nothing"
    desk.post(address, {"delivery": [row.pk, other.pk]})
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, other.state) == (becomes, "sent")
    entry = AuditEntry.objects.get(action=audited)
    assert (entry.actor, entry.before) == (chief, {"state": state})
    assert "Không còn lượt phát nào" in desk.get(address).content.decode()


def test_nothing_chosen_is_asked_again(desk: Client, chief: User) -> None:
    row = delivery(approved(chief), DeliveryState.UNKNOWN)
    address = reverse("desk:delivery", args=[1, "newsletter", "again"])
    assert "Chưa chọn lượt phát nào." in desk.post(address, follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == DeliveryState.UNKNOWN
    nowhere = reverse("desk:delivery", args=[1, "newsletter", "khong-co"])
    assert desk.get(nowhere).status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.BOARD])
def test_deliveries_are_decided_by_those_who_approve(
    client: Client, chief: User, role: Role
) -> None:
    edition = approved(chief)
    row = delivery(edition, DeliveryState.EXPIRED)
    client.force_login(make_user("khac", role))
    address = reverse("desk:delivery", args=[edition.number, "newsletter", "now"])
    page = client.get(reverse("desk:overview")).content.decode()
    assert "Lãnh đạo duyệt hoặc quản trị quyết định." in page
    assert address not in page
    for refused in (address, reverse("desk:publish_now", args=[edition.digest.week])):
        assert client.get(refused).status_code == 403
        assert client.post(refused, {"delivery": row.pk}).status_code == 403
    row.refresh_from_db()
    assert row.state == DeliveryState.EXPIRED


# Taking back


def test_a_published_story_is_taken_back_with_a_reason(
    client: Client, chief: User, home: Home
) -> None:
    edition = approved(chief)
    plan_edition(edition, office())
    Delivery.objects.update(due_at=utc_now())
    publish_due(office=office(), home=home, now=utc_now(), channel="portal")
    delivery(edition, DeliveryState.SENT)
    story = edition.digest.items.order_by("position")[0].story
    client.force_login(User.objects.get(username="lananh"))
    address = reverse("desk:withdraw", args=[story.public_id])
    for shown in (
        reverse("desk:story", args=[story.public_id]),
        reverse("desk:digest", args=[edition.digest.week]),
    ):
        assert address in client.get(shown).content.decode()
    page = client.get(address).content.decode()
    assert "Đã phát qua Thư và không tự thu hồi được" in page
    refused = client.post(address, {"words": "  "})
    assert refused.status_code == 422
    assert "Hãy chọn hoặc ghi lý do gỡ." in refused.content.decode()
    assert not Withdrawal.objects.exists()
    public = f"/portal/tin/{story.public_id}.html"
    assert client.get(public).status_code == 200
    form = {"reason": "Có thông tin sai", "words": "sai xã"}
    page = client.post(address, form, follow=True).content.decode()
    assert "Không tự thu hồi được ở: Thư." in page
    assert client.get(public).status_code == 410
    assert Withdrawal.objects.get().reason == "Có thông tin sai: sai xã"
    assert AuditEntry.objects.filter(action="story.withdrawn").count() == 1
    client.post(address, form)
    assert AuditEntry.objects.filter(action="story.withdrawn").count() == 1
    digest = client.get(reverse("desk:digest", args=[edition.digest.week])).content.decode()
    assert address not in digest


def test_only_what_was_approved_can_be_taken_back_and_not_by_everybody(
    client: Client, chief: User
) -> None:
    client.force_login(chief)
    address = reverse("desk:withdraw", args=[make_story().public_id])
    assert client.get(address).status_code == 404
    edition = approved(chief)
    story = edition.digest.items.order_by("position")[0].story
    client.force_login(make_user("canbo", Role.BOARD))
    address = reverse("desk:withdraw", args=[story.public_id])
    shown = client.get(reverse("desk:digest", args=[edition.digest.week])).content.decode()
    assert address not in shown
    assert client.post(address, {"reason": "x"}).status_code == 403
    assert not Withdrawal.objects.exists()
