"""Somebody whom a story is about asks that nothing of it be kept: nowhere is a word of it left, it
does not come back, and the figures are what they were."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.cli import cli
from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.crawl.spool import Discovery, Failure, FailureKind, FetchedPage, Record
from pipeline.ingest import rebuild, rounds, storing
from pipeline.ingest.rounds import crawl_sources
from pipeline.ingest.understanding import Understanding
from pipeline.operate.backup import bring_back, take
from pipeline.publish import withdrawal
from pipeline.publish.amending import amend_due
from pipeline.publish.approved import content_of
from pipeline.publish.erasing import erase
from pipeline.publish.outbox import publish_due
from pipeline.publish.paper.yearly import files_of
from pipeline.report import quarterly
from pipeline.report.names import names_of
from pipeline.review import register
from pipeline.shapes import FeedItem
from pipeline.store.models import (
    Article,
    AuditEntry,
    Edition,
    ErasedAddress,
    Erasure,
    Exemplar,
    ExemplarAward,
    PublicRequest,
    QuarterReport,
    Role,
    Story,
    Withdrawal,
)
from pipeline.text.urls import address_marks
from tests.erasing import (
    ADDRESS,
    NAME,
    Q4,
    holds,
    make_known,
    page_of,
    where_it_is_named,
)
from tests.factories import NOW, make_article, make_story, make_user
from tests.homes import make_home
from tests.publishing import later

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    return make_home(root)


def test_nowhere_is_a_word_of_it_left(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    before = where_it_is_named(home)
    assert {"Story", "Article", "Page", "Link", "Edition", "Exemplar", "QuarterReport"} < before
    assert {"ArticleVersion", "StoryRevision", "RegisterNote", "PublicRequest"} < before
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    assert where_it_is_named(home) == set()


def test_files_that_are_out_follow(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    publish_due(office=office, home=home, now=NOW)
    folders = {name.split("/")[1] for name in where_it_is_named(home) if "/" in name}
    assert folders >= {"portal", "social", "radio"}
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    amend_due(office, home, lambda: later(days=31), threading.Event())
    assert where_it_is_named(home) == set()


def test_the_years_book_and_quiz_go(
    home: Home, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, office = make_known(home), load_office(home.office_file)
    mine, others = files_of(home, 2026), files_of(home, 2025)
    monkeypatch.setenv("GUONGSANG_HOME", str(home.root))
    done = CliRunner().invoke(cli, ["yearbook", "2026"])
    assert not done.exit_code, done.output
    for path in (mine.quiz_sheet, mine.quiz_gift, others.yearbook):
        path.parent.mkdir(exist_ok=True)
        path.write_text(NAME)
    client.force_login(make_user("chi", Role.CHIEF))
    asked = client.get(reverse("desk:erase_story", args=[story.public_id])).content.decode()
    assert "của năm: 2026.pdf, 2026.xlsx, 2026.gift." in asked
    erase(story, None, later(days=31), office=office, home=home)
    assert [path.exists() for path in mine] == [False] * 3
    assert others.yearbook.exists(), "no story of that year was erased"


def test_who_asked_for_it_is_kept_until_the_request_is_erased(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    rows = PublicRequest.objects.order_by("kind").values_list("kind", "sender", "handled_at")
    assert list(rows) == [("correction", "Con gái", NOW), ("suggestion", "", None)]


def test_what_was_reported_stays_true(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    report = QuarterReport.objects.get()
    counts, tables = report.figures["counts"], report.figures["tables"]
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    report.refresh_from_db()
    assert (report.figures["counts"], report.figures["tables"]) == (counts, tables)
    report.delete()
    again = quarterly.take(Q4, office, names_of(home), later(days=32)).figures
    for name in ("seen", "accepted", "exemplars", "nurtured"):
        assert again["counts"][name] == counts[name]
    assert again["counts"]["published"] == [
        each for each in counts["published"] if each != str(story.public_id)
    ], "as of any story taken back"


def test_it_is_taken_back_first_and_not_put_back(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    chief = make_user("chi", Role.CHIEF)
    erase(story, chief, later(days=31), office=office, home=home)
    assert Withdrawal.objects.get().story == story
    assert not withdrawal.restore(story, chief, later(days=31), office=office, home=home)
    entry = AuditEntry.objects.get(action="story.erased")
    assert entry.after == {"pages": 1, "exemplars": 1, "editions": [1]}


def test_the_rest_of_an_edition_is_what_was_approved(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    edition = Edition.objects.get()
    feed = home.output_dir / "portal/so/feed.json"
    shown, approved = _ids(feed), content_of(edition)
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    edition.refresh_from_db()
    left = content_of(edition)
    assert [item for item in left.items if item.public_id != str(story.public_id)] == [
        item for item in approved.items if item.public_id != str(story.public_id)
    ]
    assert _ids(feed) == shown, "to feed readers the digest is the one they know"
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(content_hash="0" * 64)
    Edition.objects.filter(pk=edition.pk).update(content={**edition.content, "title": "Khác"})
    edition.refresh_from_db()
    with pytest.raises(ValueError, match="approved hash"):
        content_of(edition)


def _ids(feed: Path) -> list[str]:
    return [item["id"] for item in json.loads(feed.read_text("utf-8"))["items"]]


def test_twice_is_as_once(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    chief = make_user("chi", Role.CHIEF)
    for _time in range(2):
        erase(story, chief, later(days=31), office=office, home=home)
    assert AuditEntry.objects.filter(action="story.erased").count() == 1
    assert Erasure.objects.count() == 2, "the story and the one merged into it"


def test_a_profile_with_an_award_or_another_story_stays(home: Home) -> None:
    office, chief = load_office(home.office_file), make_user("chi", Role.CHIEF)
    awarded, told_twice, second = (
        make_story(subject=name) for name in (NAME, "Lò Văn Hai", "Lò Văn Hai")
    )
    for story in (awarded, told_twice, second):
        review.accept(story, chief, NOW)
    review.answer(told_twice, second, chief, NOW, same=True)
    ExemplarAward.objects.create(
        exemplar=Exemplar.objects.get(name=NAME), title="Bằng khen", by=chief, at=NOW
    )
    for story in (awarded, told_twice):
        erase(story, chief, NOW, office=office, home=home)
    names = set(register.registered().values_list("name", flat=True))
    assert names == {NAME, "Lò Văn Hai"}
    erase(second, chief, NOW, office=office, home=home)
    assert "Lò Văn Hai" not in Exemplar.objects.values_list("name", flat=True)


def records() -> list[Record]:
    item = FeedItem(ADDRESS.replace("https", "http"), title=f"{NAME} nuôi ong")
    return [
        Discovery("baomot", "https://baomot.example/rss", NOW, 200, items=(item,), again=(item,)),
        page_of(),
        Failure("baomot", ADDRESS, NOW, FailureKind.REFUSED, "HTTP 403", item=item),
    ]


def test_the_outlets_article_does_not_come_back(home: Home) -> None:
    """Also not from what a round had fetched before and stores after."""
    story, office = make_known(home), load_office(home.office_file)
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    understanding = Understanding.load(home)
    for record in records():
        storing._store(record, understanding, {})
    rebuild(home, now=later(days=31))
    assert where_it_is_named(home) == set()


def test_an_article_that_states_an_erased_address_is_not_kept(home: Home) -> None:
    story, office = make_known(home), load_office(home.office_file)
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    elsewhere = page_of("https://baomot.example/amp.aspx?id=123456")
    stated = f'<head><link rel="canonical" href="{ADDRESS}">'.encode()
    record = FetchedPage(
        **{
            name: getattr(elsewhere, name)
            for name in ("source", "requested_url", "url", "canonical_url", "at", "status")
        },
        headers=elsewhere.headers,
        item=None,
        body=elsewhere.body.replace(b"<head>", stated),
    )
    known = ErasedAddress.objects.count()
    storing._store(record, Understanding.load(home), {})
    assert where_it_is_named(home) == set()
    assert ErasedAddress.objects.count() == known + 1, "and its page is not asked for again"


def test_no_backup_brings_it_back(home: Home, tmp_path: Path) -> None:
    story, office = make_known(home), load_office(home.office_file)
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    late = make_article(story, "baohai", title=f"{NAME}, người nuôi ong")
    Article.objects.filter(pk=late.pk).update(
        canonical_url="https://baohai.example/tan-mui-khe-1.html"
    )
    erase(story, make_user("chi", Role.CHIEF), later(days=31), office=office, home=home)
    addresses = set(ErasedAddress.objects.values_list("mark", flat=True))
    for _time in range(2):  # the second from what the first wrote of the journal
        assert bring_back(home, folder, migrate, later(days=32)).forgotten > 0
        assert where_it_is_named(home) == set()
        assert addresses <= set(ErasedAddress.objects.values_list("mark", flat=True))


def test_a_backup_from_before_the_merge_does_not_either(home: Home, tmp_path: Path) -> None:
    """There its articles stood in stories of their own."""
    office, chief = load_office(home.office_file), make_user("chi", Role.CHIEF)
    story = make_story(title=f"{NAME} nuôi ong", subject=NAME)
    apart = make_story(title=f"Nghề ong của {NAME}", subject=NAME, outlets=["baohai"])
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    apart.articles.update(story=story)  # as the machine does with a late copy
    Story.objects.filter(pk=apart.pk).update(title="Trống", subject="", search_text="")
    erase(story, chief, NOW, office=office, home=home)
    bring_back(home, folder, migrate, later(days=1))
    assert where_it_is_named(home) == set()


def test_the_crawler_is_told_not_to_fetch_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    story, office = make_story(), load_office(home.office_file)
    marks = {mark for each in story.articles.all() for mark in address_marks(each.canonical_url)}
    erase(story, make_user("chi", Role.CHIEF), NOW, office=office, home=home)
    plans = []

    class Enough(Exception):
        pass

    def noted(plan: Any, *_args: Any, **_keys: Any) -> None:
        plans.append(plan)
        raise Enough

    monkeypatch.setattr(rounds, "run_crawl", noted)
    with pytest.raises(Enough):
        crawl_sources(home, office, ["baomot"], now=NOW)
    assert marks <= plans[0].erased


def test_the_desk_says_what_goes_and_asks_for_a_yes(home: Home, client: Client) -> None:
    story = make_known(home)
    client.force_login(make_user("chi", Role.CHIEF))
    address = reverse("desk:erase_story", args=[story.public_id])
    page = client.get(address).content.decode()
    assert "số 1;" in page
    assert NAME in page
    assert client.post(address).status_code == 422
    assert not Erasure.objects.exists()
    done = client.post(address, {"understood": "yes"}, follow=True).content.decode()
    assert "Đã xóa tin khỏi kho." in done
    assert "Đã xóa khỏi kho theo yêu cầu" in done
    assert "Đưa tin trở lại" not in done
    assert "Tin này đã được xóa khỏi kho." in client.get(address, follow=True).content.decode()
    assert not holds(client.get("/desk/?status=any&label=any&q=khé").content.decode())
