"""Somebody whom a story is about asks that nothing of it be kept: nowhere is a word of it left, it
does not come back, and the figures are what they were."""

from __future__ import annotations

import json
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.cli import cli
from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.crawl.spool import Discovery, Failure, FailureKind, FetchedPage, Record
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.ingest import rebuild, rounds, storing
from pipeline.ingest.rounds import crawl_sources
from pipeline.ingest.told import item_to_json
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
from pipeline.report.period import Quarter
from pipeline.review import register, register_keeping
from pipeline.shapes import FeedItem
from pipeline.store.models import (
    Article,
    ArticleVersion,
    AuditEntry,
    Edition,
    ErasedAddress,
    Erasure,
    Exemplar,
    ExemplarAward,
    Link,
    Page,
    PublicRequest,
    QuarterReport,
    Role,
    Stage,
    Story,
    Withdrawal,
)
from pipeline.text.urls import address_mark
from tests.factories import NOW, make_article, make_story, make_user
from tests.homes import make_home
from tests.publishing import WEEK, later, people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]
NAME = "Tẩn Mùi Khé"
"""In no other text of the tests."""
ADDRESS = "https://baomot.example/tan-mui-khe-nuoi-ong-123456.html"
WORDS = ("tẩn mùi khé", "tan mui khe", "tan-mui-khe")
Q4 = Quarter(2026, 4)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    return make_home(root)


def page_of(address: str = ADDRESS) -> FetchedPage:
    body = (
        f"<html><head><title>{NAME} nuôi ong</title></head><body><article><h1>{NAME} nuôi ong</h1>"
        f"<p>Chị {NAME} ở thôn Nậm Hẻn bắt đầu nuôi ong bảy năm trước, với ba đàn trong vườn.</p>"
        "<p>Nay chị dạy nghề cho mười hai nhà trong thôn, mỗi nhà thu bốn mươi lít mật mỗi năm.</p>"
        "</article></body></html>"
    )
    return FetchedPage(
        source="baomot",
        requested_url=address,
        url=address,
        canonical_url=address,
        at=NOW,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        item=FeedItem(address, title=f"{NAME} nuôi ong"),
        body=body.encode(),
    )


def make_known(home: Home) -> Story:
    """A story with her name wherever a name can be: crawled, edited, merged, followed, approved,
    published and reported."""
    office, (editor, chief) = load_office(home.office_file), people()
    story = make_story(title=f"{NAME} nuôi ong", subject=NAME)
    record = page_of()
    page = Page.objects.create(
        source="baomot", url=ADDRESS, canonical_url=ADDRESS, fetched_at=NOW, seen_at=NOW,
        status=200, sha256="0" * 64, body_z=Page.compress(record.body),
    )  # fmt: skip
    assert record.item
    Link.objects.create(
        source="baomot", canonical_url=ADDRESS, url=ADDRESS, found_at=NOW,
        item=item_to_json(record.item), state=Link.State.FETCHED,
    )  # fmt: skip
    article = story.articles.get()
    Article.objects.filter(pk=article.pk).update(
        page=page,
        url=ADDRESS,
        canonical_url=ADDRESS,
        text=f"Chị {NAME} nuôi ong, dạy nghề cho mười hai nhà.",
    )
    ArticleVersion.objects.create(article=article, replaced_at=NOW, title=NAME, text=NAME)
    other = make_story(title=f"Nghề ong của {NAME}", subject=NAME, outlets=["baohai"])
    review.edit(story, editor, NOW, 0, summary=f"Chị {NAME} dạy nghề cho mười hai nhà.")
    story.refresh_from_db()
    story = review.merge([story, other], editor, NOW, {story.pk: story.version, other.pk: 0})
    review.accept(story, editor, NOW)
    exemplar = Exemplar.objects.get()
    profile = register.Profile(NAME, "individual", "Lào Cai", "Nậm Hẻn", f"Chị {NAME}.", None)
    register.describe(exemplar, editor, NOW, exemplar.version, profile)
    register.move(exemplar, editor, NOW, exemplar.version, Stage.NURTURED, f"Thăm nhà {NAME}")
    register_keeping.note(exemplar, editor, NOW, f"{NAME} muốn mở lớp")
    register_keeping.remind(exemplar, editor, NOW, NOW.date(), f"Gọi cho {NAME}")
    PublicRequest.objects.create(
        kind="suggestion", about=NAME, text=NAME, sender=NAME, received_at=NOW, story=story
    )
    PublicRequest.objects.create(
        kind="correction", about=NAME, text=f"{NAME} không dạy", link=ADDRESS, sender="Con gái",
        received_at=NOW, story=story, token="2", outcome=f"Đã gọi cho {NAME}", handled_at=NOW,
    )  # fmt: skip
    make_story(status="accepted", decided_at=NOW, subject="Lò Văn Một", outlets=["baohai"])
    digest = draft_digest(WEEK, office=office, now=NOW)
    approval.submit(digest, editor, NOW, office=office)
    approval.approve(digest, chief, NOW, office, publish_at=NOW)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    quarterly.take(Q4, office, names_of(home), later(days=30))
    return story


def holds(text: str) -> bool:
    return any(word in text.lower() for word in WORDS)


def where_it_is_named(home: Home) -> set[str]:
    """Tables with a row, and files of the home with a line, that still hold her name."""
    found = set()
    for model in apps.get_models():
        for row in model._base_manager.all():
            values = [getattr(row, field.attname) for field in model._meta.concrete_fields]
            plain = [bytes(v) if isinstance(v, (bytes, memoryview)) else v for v in values]
            words = [zlib.decompress(v).decode() if isinstance(v, bytes) else v for v in plain]
            if holds(str(words)):
                found.add(model.__name__)
    for path in home.output_dir.rglob("*"):
        if path.is_file() and holds(path.read_bytes().decode(errors="replace")):
            found.add(path.relative_to(home.root).as_posix())
    journal = home.root / "erasures.jsonl"
    if journal.exists() and holds(journal.read_text()):
        found.add(journal.name)
    return found


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
    marks = {address_mark(each.canonical_url) for each in story.articles.all()}
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
