"""What an erasure must also reach, and whom it must not touch."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.crawl.spool import Discovery
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.ingest import rebuild, storing
from pipeline.ingest.understanding import Understanding
from pipeline.operate.backup import bring_back, take
from pipeline.publish import corrections, withdrawal
from pipeline.publish.amending import amend_due
from pipeline.publish.erasing import erase
from pipeline.publish.outbox import publish_due
from pipeline.review import erasing, identity
from pipeline.review.regrouping import Why
from pipeline.store import journal
from pipeline.store.models import (
    Amendment,
    Article,
    ArticleAddress,
    DigestNote,
    Edition,
    Erasure,
    Exemplar,
    ExemplarAward,
    Link,
    Page,
    Role,
    Story,
    User,
    Withdrawal,
)
from tests.erasing import ADDRESS, NAME, make_known, page_of, where_it_is_named
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home
from tests.publishing import WEEK, later, people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    return make_home(root)


@pytest.fixture
def office(home: Home) -> Office:
    return load_office(home.office_file)


def crawl(home: Home, address: str, *, head: str = "", more: str = "") -> None:
    record = page_of(address)
    body = record.body.replace(b"<head>", f"<head>{head}".encode())
    body = body.replace(b"</article>", f"{more}</article>".encode())
    record = replace(record, body=body)
    assert record.item
    understanding = Understanding.load(home)
    feed = "https://baomot.example/rss"
    found = Discovery("baomot", feed, NOW, 200, items=(record.item,), again=())
    storing._store(found, understanding, {})
    storing._store(record, understanding, {})


def test_pages_at_other_addresses_of_the_article_go(home: Home, office: Office) -> None:
    stated = f'<link rel="canonical" href="{ADDRESS}">'
    crawl(home, ADDRESS)
    crawl(home, "https://baomot.example/the-loai/doc.aspx?id=123456", head=stated)
    assert (Article.objects.count(), Page.objects.count()) == (1, 2)
    assert ArticleAddress.objects.count() == 1
    erase(Story.objects.get(), None, later(days=1), office=office, home=home)
    assert where_it_is_named(home) == set()
    assert not Page.objects.exists()
    assert not Link.objects.exists()


def test_of_an_archive_that_noted_no_addresses_reading_again_drops_them(
    home: Home, office: Office
) -> None:
    crawl(home, ADDRESS)
    stated = f'<link rel="canonical" href="{ADDRESS}">'
    crawl(home, "https://baomot.example/the-loai/doc.aspx?id=123456", head=stated)
    ArticleAddress.objects.all().delete()
    erase(Story.objects.get(), None, later(days=1), office=office, home=home)
    assert Page.objects.exists()
    assert rebuild(home, now=later(days=2))["erased"] == 1
    assert where_it_is_named(home) == set()
    assert not Page.objects.exists()


@pytest.mark.parametrize("noted", [True, False])
def test_every_name_that_its_address_had_goes(home: Home, office: Office, noted: bool) -> None:
    for count, words in enumerate(("nuoi-ong", "nuoi-ong-gioi", "lam-giau-tu-ong")):
        address = f"https://baomot.example/tan-mui-khe-{words}-123456.html"
        crawl(home, address, more=f"<p>Năm nay chị có thêm {count + 3} đàn ong trong vườn nhà.</p>")
    assert Article.objects.count() == 1
    if not noted:
        ArticleAddress.objects.all().delete()
    erase(Story.objects.get(), None, later(days=1), office=office, home=home)
    assert where_it_is_named(home) == set()


def test_under_a_new_headline_it_does_not_come_back(home: Home, office: Office) -> None:
    crawl(home, ADDRESS)
    erase(Story.objects.get(), None, later(days=1), office=office, home=home)
    crawl(home, "https://baomot.example/chuyen-tan-mui-khe-123456.html")
    assert where_it_is_named(home) == set()
    crawl(home, "https://baomot.example/chuyen-tan-mui-khe-123457.html")
    assert Article.objects.count() == 1, "another number is another article"


def test_what_the_chief_noted_goes_also_when_the_item_is_out(home: Home, office: Office) -> None:
    editor, chief = people()
    story = make_story(title=f"{NAME} nuôi ong", subject=NAME, status="accepted", decided_at=NOW)
    digest = draft_digest(WEEK, office=office, now=NOW)
    approval.submit(digest, editor, NOW, office=office)
    item = digest.items.get()
    approval.send_back(digest, chief, NOW, f"{NAME} chưa đồng ý nêu tên", item=item)
    item.delete()
    assert DigestNote.objects.get().item is None
    erase(story, chief, later(days=1), office=office, home=home)
    assert where_it_is_named(home) == set()


def test_why_it_was_taken_back_before_goes(home: Home, office: Office) -> None:
    story, chief = make_known(home), make_user("chi", Role.CHIEF)
    why = f"{NAME} xin gỡ"
    withdrawal.withdraw(story, chief, later(days=1), why, office=office, home=home)
    withdrawal.restore(story, chief, later(days=2), office=office, home=home)
    withdrawal.withdraw(story, chief, later(days=3), why, office=office, home=home)
    erase(story, chief, later(days=31), office=office, home=home)
    assert where_it_is_named(home) == set()
    reasons = [line.get("reason") for line in journal.lines(withdrawal.journal_of(home))]
    assert reasons == [erasing.REASON, None, erasing.REASON]


def test_what_a_channel_gave_up_to_change_is_tried_again(home: Home, office: Office) -> None:
    story, chief = make_known(home), make_user("chi", Role.CHIEF)
    publish_due(office=office, home=home, now=NOW)
    left = withdrawal.withdraw(story, chief, later(days=1), "", office=office, home=home)
    assert left
    Amendment.objects.update(failed_at=later(days=2))
    assert set(erase(story, chief, later(days=31), office=office, home=home)) >= set(left)
    amend_due(office, home, lambda: later(days=31), threading.Event())
    assert where_it_is_named(home) == set()


def test_a_correction_about_it_goes_with_title_and_words(home: Home, office: Office) -> None:
    story = make_known(home)
    publish_due(office=office, home=home, now=NOW)
    editor = User.objects.filter(role=Role.EDITOR).earliest("pk")
    chief = User.objects.filter(role=Role.CHIEF).earliest("pk")
    told = f"Chị {NAME} không dạy nghề như đã đăng."
    exemplar = Exemplar.objects.get(stories=story)
    row = corrections.propose(exemplar, editor, later(hours=1), text=told, reason=f"Nhà {NAME}")
    edition = corrections.approve(row, chief, later(hours=2), office)
    assert edition
    publish_due(office=office, home=home, now=later(hours=3))
    assert "portal/so/2.html" in " ".join(where_it_is_named(home))
    erase(story, chief, later(days=31), office=office, home=home)
    amend_due(office, home, lambda: later(days=31), threading.Event())
    assert where_it_is_named(home) == set()
    edition.refresh_from_db()
    assert (edition.content["title"], edition.content["intro"]) == ("Đính chính", "")


def test_a_profile_goes_when_what_it_stayed_for_does(home: Home, office: Office) -> None:
    editor, chief = people()
    hers = make_story(title=f"{NAME} nuôi ong", subject=NAME)
    other = make_story(title="Người khác", subject="Lò Văn Hai", outlets=["baohai"])
    for story in (hers, other):
        review.accept(story, editor, NOW)
    review.answer(hers, other, editor, NOW, same=True)
    award = ExemplarAward.objects.create(
        exemplar=Exemplar.objects.get(name=NAME), title="Bằng khen", by=chief, at=NOW
    )
    erase(hers, chief, NOW, office=office, home=home)
    identity.forget(hers, other, editor, NOW)
    assert (erasing.sweep(), where_it_is_named(home)) == (0, {"Exemplar"})
    award.state = "refused"
    award.save()
    assert (erasing.sweep(), where_it_is_named(home)) == (1, set())
    assert erasing.sweep() == 0
    assert Exemplar.objects.filter(name="Lò Văn Hai").exists()


def test_a_request_about_a_merged_story_leads_to_it(home: Home, client: Client) -> None:
    editor, _chief = people()
    keeper = make_story(title="Nghề ong", status="accepted", decided_at=NOW)
    merged = make_story(title=f"{NAME} nuôi ong", subject=NAME, outlets=["baohai"])
    review.merge([keeper, merged], editor, NOW)
    client.force_login(make_user("chi", Role.CHIEF))
    asked = client.get(reverse("desk:erase_story", args=[merged.public_id]))
    assert "Nghề ong" in asked.content.decode()


def test_nothing_is_merged_with_it_or_written_into_it(home: Home, office: Office) -> None:
    editor, chief = people()
    gone = make_story(title=f"{NAME} nuôi ong", subject=NAME, status="accepted", decided_at=NOW)
    erase(gone, chief, later(days=1), office=office, home=home)
    gone.refresh_from_db()
    fresh = make_story(title="Nghề ong", outlets=["baohai"])
    with pytest.raises(review.CannotRegroup) as refused:
        review.merge([fresh, gone], editor, later(days=2))
    assert refused.value.why == Why.ERASED
    with pytest.raises(review.Conflict):
        review.edit(gone, editor, later(days=2), gone.version, title="Khác")


def test_a_split_is_not_undone_into_what_was_erased(home: Home, office: Office) -> None:
    editor, chief = people()
    story = make_story(title=f"{NAME} nuôi ong", subject=NAME, outlets=["baomot", "baohai"])
    last = story.articles.order_by("pk").last()
    assert last
    parted = review.split(story, [last], editor, NOW, story.version)
    story.refresh_from_db()
    erase(story, chief, later(days=1), office=office, home=home)
    parted.refresh_from_db()
    with pytest.raises(review.CannotRegroup) as refused:
        review.undo(parted, editor, later(days=2), parted.version)
    assert refused.value.why == Why.ERASED


def test_a_backup_from_before_they_were_parted_spares_the_other(
    home: Home, office: Office, tmp_path: Path
) -> None:
    """Merged by mistake when the backup was taken; parted, then one of them erased."""
    editor, chief = people()
    other = make_story(
        title="Người trồng quế", subject="Lò Văn Vô", status="accepted", decided_at=NOW
    )
    hers = make_story(title=f"{NAME} nuôi ong", subject=NAME, outlets=["baohai"])
    review.merge([other, hers], editor, NOW)
    digest = draft_digest(WEEK, office=office, now=NOW)
    approval.submit(digest, editor, NOW, office=office)
    approval.approve(digest, chief, NOW, office, publish_at=NOW)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    other.refresh_from_db()
    review.undo(other, editor, NOW, other.version)
    hers.refresh_from_db()
    erase(hers, chief, later(days=1), office=office, home=home)
    for _time in range(2):
        bring_back(home, folder, migrate, later(days=2))
        assert where_it_is_named(home) == set()
        other.refresh_from_db()
        assert (other.subject, other.articles.count()) == ("Lò Văn Vô", 1)
        assert not Withdrawal.objects.exists()
        assert list(Erasure.objects.values_list("story", flat=True)) == [hers.pk]
        assert Edition.objects.get().content["items"][0]["public_id"] == str(other.public_id)
    review.undo(other, editor, later(days=3), other.version)
    assert Story.objects.get(pk=other.pk).articles.count() == 1, "nothing is left to part"


@pytest.mark.parametrize("which", ["the part split off", "what it was split from"])
def test_a_backup_from_before_a_split_spares_the_other_part(
    home: Home, office: Office, tmp_path: Path, which: str
) -> None:
    editor, chief = people()
    story = make_story(title="Người trồng quế", outlets=["baomot", "baohai"])
    first, last = story.articles.order_by("pk")
    gone, stays = (last, first) if which == "the part split off" else (first, last)
    Article.objects.filter(pk=gone.pk).update(title=f"{NAME} nuôi ong", text=f"Chị {NAME}.")
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    parted = review.split(story, [last], editor, NOW, story.version)
    story.refresh_from_db()
    erase(parted if gone == last else story, chief, later(days=1), office=office, home=home)
    for _time in range(2):
        bring_back(home, folder, migrate, later(days=2))
        assert where_it_is_named(home) == set()
        kept = Article.objects.get()
        assert kept.pk == stays.pk
        assert kept.story
        assert not Erasure.objects.filter(story=kept.story).exists()


def test_a_search_index_holds_nothing_of_it(home: Home, office: Office) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL drops it with the next vacuum")
    story = make_story(title="Khéquỳnhvab nuôi ong", subject="Khéquỳnhvab")
    editor, chief = people()
    review.edit(story, editor, NOW, 0, summary="Chị Khéquỳnhvab dạy nghề.")

    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM store_story_words_data")
            return sum(b"quynhvab" in bytes(row[0]) for row in cursor.fetchall())

    assert kept()
    erase(story, chief, later(days=1), office=office, home=home)
    assert kept() == 0
