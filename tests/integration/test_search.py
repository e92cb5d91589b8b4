"""Finding stories by their words, places, campaigns, outlets and dates, on either database."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from pipeline import review
from pipeline.ingest.stories import refresh_story
from pipeline.ingest.understanding import Understanding
from pipeline.store import searching
from pipeline.store.models import Story
from pipeline.web.desk.queue import filters, sifting
from pipeline.web.desk.queue.filters import Filters
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


def found(q: str, **filters: str) -> set[str]:
    return {story.title for story in Filters(status="any", label="any", q=q, **filters).stories()}


def test_words_with_and_without_diacritics_in_any_order_and_phrases() -> None:
    make_story(title="Cô giáo ở Đồng Văn")
    make_story(title="Hạt đông trùng")
    assert found("dong") == {"Cô giáo ở Đồng Văn", "Hạt đông trùng"}
    assert found("van DONG") == {"Cô giáo ở Đồng Văn"}
    assert found('"Đồng Văn"') == {"Cô giáo ở Đồng Văn"}
    assert found('"van dong"') == set()
    assert found("don") == set(), "a word is found as a whole"


@pytest.mark.parametrize(
    "q", ['"', "()", "AND", "a OR b)", "-x", "rowid:1 *", "' -- ", "%", "\\", "x:"]
)
def test_what_a_database_would_take_for_its_own_language_is_words(q: str) -> None:
    make_story(title="Người trồng quế")
    found(q)


def test_numbers_and_dashes_are_cut_alike_in_both_databases() -> None:
    story = make_story(title="Trồng 1.250 gốc quế theo Nghị quyết 05-NQ/TW tại xa.vn")
    refresh_story(story, Understanding.load(_home()))
    for q in ("1.250", '"05-NQ/TW"', "nq", '"xa.vn"', '"1 250 gốc"'):
        assert found(q) == {story.title}, q


def _home():  # type: ignore[no-untyped-def]
    from django.conf import settings

    return settings.HOME


def test_operators() -> None:
    right = make_story(
        title="Tin đúng",
        commune="Si Ma Cai",
        outlets=["baohai"],
        campaigns=["nong-thon-moi"],
        sectors=["y-te"],
        published_at=datetime(2026, 11, 10, 2, tzinfo=UTC),
    )
    make_story(title="Tin khác", published_at=datetime(2026, 10, 31, 16, 59, tzinfo=UTC))
    for q in (
        'nơi:"si ma cai"',
        'xa:"Si Ma Cai"',
        'phongtrao:"nong thon moi"',
        'campaign:"nông thôn mới"',
        'lĩnh-vực:"y tế"',
        'bao:"báo hai"',
        "từ:01/11/2026",
        "tháng:11/2026",
        "ngày:10/11/2026",
        "từ:01/11/2026 đến:10/11/2026 lợn",
    ):
        assert found(q) == {right.title}, q
    for q in ('nơi:"Không Đâu"', "đến:30/10/2026", "ngày:09/11/2026", 'phongtrao:"không có"'):
        assert found(q) == set(), q
    assert found("", since="2026-11-01") == {"Tin đúng"}
    assert found("", until="31/10/2026") == {"Tin khác"}


@pytest.mark.parametrize("letters", [2, 3, 5, 12])
def test_the_longest_text_fits_into_the_index(letters: int) -> None:
    words = (f"{number:x}".rjust(letters, "q")[:letters] for number in range(searching.LONGEST))
    story = make_story(title="Bài rất dài")
    text = " ".join(islice(words, searching.LONGEST // (letters + 1)))
    Story.objects.filter(pk=story.pk).update(search_text=text)
    assert found(f'"{text[: 2 * letters + 1]}"') == {story.title}


def test_a_date_that_is_none_is_words() -> None:
    make_story(title="Tháng:13/2026 không có thật")
    assert found("tháng:13/2026") == {"Tháng:13/2026 không có thật"}
    assert Filters.read({"since": "31/02/2026"}).since == ""


def test_what_people_write_and_what_every_outlet_says_is_found() -> None:
    story = make_story(outlets=["baomot", "baohai"])
    second = story.articles.get(source="baohai")
    second.text += "\nBà con gọi chị là người gieo hạt."
    second.save()
    review.edit(story, make_user(), NOW, 0, title="Tựa của biên tập viên")
    refresh_story(story, Understanding.load(_home()))
    assert found('"nguoi gieo hat"') == {story.title}
    assert found('"tua cua bien tap vien"') == {story.title}


def test_the_index_follows_every_change() -> None:
    story = make_story(title="Người trồng quế")
    Story.objects.filter(pk=story.pk).update(search_text="gao nep")
    assert found("que") == set()
    assert found('"gao nep"') == {story.title}
    Story.objects.create(title="Chỉ có tên", search_text="le loi", found_at=NOW)
    assert found("le") == {"Chỉ có tên"}


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite drops triggers with a table")
def test_the_index_is_made_anew_when_a_migration_dropped_its_triggers() -> None:
    with connection.cursor() as cursor:
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER store_story_words_{event}")
        make_story(title="Lọt lưới")
        assert found('"lọt lưới"') == set()
        searching.install()
    assert found('"lọt lưới"') == {"Lọt lưới"}


@pytest.mark.parametrize("few", [0, 1, 2_000], ids=["walks", "mixed", "looks up"])
def test_the_same_is_found_whether_few_or_many_meet_a_condition(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sifting, "FEW", few)
    make_story(title="Chị Sen khéo nặn gốm", commune="Sa Pa", sectors=["y-te"], campaigns=["x"])
    make_story(title="Chị Sen khéo thêu", commune="Sa Pa", outlets=["baohai"], published_at=None)
    make_story(title="Anh Páo khéo thêu", commune="Bắc Hà", sectors=["y-te"])
    gone = make_story(title="Tin đã gộp, khéo thêu", commune="Sa Pa", sectors=["y-te"])
    Story.objects.filter(pk=gone.pk).update(merged_into=make_story(title="Tin khác"))
    assert found("sen") == {"Chị Sen khéo nặn gốm", "Chị Sen khéo thêu"}
    assert found('"khéo thêu"') == {"Chị Sen khéo thêu", "Anh Páo khéo thêu"}
    assert found('khéo nơi:"Sa Pa"') == {"Chị Sen khéo nặn gốm", "Chị Sen khéo thêu"}
    assert found("khéo", sector="y-te") == {"Chị Sen khéo nặn gốm", "Anh Páo khéo thêu"}
    assert found("", sector="y-te", place="Sa Pa") == {"Chị Sen khéo nặn gốm"}
    assert found("", campaign="x") == {"Chị Sen khéo nặn gốm"}
    assert found("thêu", outlet="baohai") == {"Chị Sen khéo thêu"}
    assert found("khéo", since="18/11/2026", until="18/11/2026") == {
        "Chị Sen khéo nặn gốm",
        "Chị Sen khéo thêu",
        "Anh Páo khéo thêu",
    }
    assert found("khéo", since="19/11/2026") == set()
    assert found("xyz") == set()


def test_the_queue_says_how_many_there_are_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        make_story(title=f"Gương số {number}", score=0.9 - number / 100)
    monkeypatch.setattr(filters, "PAGE", 2)
    pages = [Filters(page=number).shown() for number in (1, 2, 3, 4)]
    assert [len(page.stories) for page in pages] == [2, 2, 1, 0]
    assert [page.more for page in pages] == [True, True, False, False]
    assert [page.total for page in pages] == [5, 5, 5, 5]
    assert [story.title for story in pages[1].stories] == ["Gương số 2", "Gương số 3"]
    monkeypatch.setattr(filters, "PAGE", 2)
    narrowed = [Filters(page=number, sector="nong-nghiep-nong-thon").shown() for number in (1, 3)]
    assert [page.total for page in narrowed] == [None, 5]
    assert Filters(flag="hype").shown() == filters.Shown([], False, 0)
    monkeypatch.setattr(filters, "MOST_COUNTED", 3)
    assert [Filters(page=number).shown().total for number in (1, 2)] == [3, 3]
