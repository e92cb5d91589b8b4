"""The week in figures: by sector, campaign, place and outlet; quiet communes; hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.judge.names.named_places import named_places
from pipeline.report.figures import count
from pipeline.report.names import names_of
from pipeline.report.period import Period
from pipeline.store.models import Article, Delivery, Role, Story, Withdrawal
from pipeline.text.clock import VIETNAM, iso_week, utc_now
from pipeline.web.desk.figures.week import Bar, heard_of, totals, week_figures
from pipeline.web.reference import office
from tests.factories import make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Queries = Callable[..., object]
MONDAY = datetime(2026, 11, 16, tzinfo=VIETNAM)
NEXT = MONDAY + timedelta(days=7)
TUESDAY = datetime(2026, 11, 17, 2, tzinfo=UTC)


def a_story(hours: float = 1, **fields: object) -> Story:
    """Found on Tuesday, ``hours`` after its outlet."""
    values = {"published_at": TUESDAY - timedelta(hours=hours), "found_at": TUESDAY}
    return make_story(**{**values, **fields})


def test_a_story_counts_where_it_belongs_and_only_in_its_week() -> None:
    editor = make_user()
    first = a_story(sectors=["y-te"], campaigns=["hien-mau"], outlets=["baomot", "baohai"])
    second = a_story(sectors=["y-te", "dan-toc-ton-giao"], commune="Sa Pa")
    a_story(label="no")
    a_story(found_at=MONDAY - timedelta(seconds=1))
    a_story(found_at=NEXT)
    review.accept(first, editor, TUESDAY + timedelta(hours=5))
    review.accept(second, editor, NEXT)
    figures = week_figures(MONDAY, NEXT)
    assert figures.totals == {"found": 2, "accepted": 1, "published": 0}
    by = {chart.name: chart.bars for chart in figures.charts}
    assert by["sector"] == [
        Bar("y-te", "Y tế", 2, 1),
        Bar("dan-toc-ton-giao", "Dân tộc - tôn giáo", 1),
    ]
    assert by["campaign"] == [Bar("hien-mau", "Hiến máu tình nguyện", 1, 1)]
    assert {(bar.key, bar.found) for bar in by["place"]} == {
        ("Nậm Hẻn, Lào Cai", 1),
        ("Sa Pa, Lào Cai", 1),
    }
    assert by["outlet"] == [Bar("baomot", "Báo Một", 2, 1), Bar("baohai", "Báo Hai", 1, 1)]
    assert totals(MONDAY - timedelta(days=7), MONDAY)["found"] == 1


def test_what_people_accept_was_found_whatever_the_machine_said() -> None:
    editor = make_user()
    turned_down = a_story(label="no", outlets=["baomot"])
    a_story(label="no", outlets=["baomot"])
    review.accept(turned_down, editor, TUESDAY + timedelta(hours=5))
    figures = week_figures(MONDAY, NEXT)
    assert figures.totals == totals(MONDAY, NEXT) == {"found": 1, "accepted": 1, "published": 0}
    (bar,) = next(chart.bars for chart in figures.charts if chart.name == "outlet")
    assert (bar.found, bar.accepted) == (1, 1)
    review.reject(turned_down, editor, TUESDAY + timedelta(hours=6), "Quảng cáo")
    assert totals(MONDAY, NEXT)["found"] == 0


def test_communes_of_one_name_in_two_provinces_are_two() -> None:
    for place in (
        {"commune": "Tân Lập", "province": "Lào Cai"},
        {"commune": "Tân Lập", "province": "Đắk Lắk"},
        {"commune": "Lào Cai", "province": "Lào Cai"},
        {"commune": "", "province": "Lào Cai"},
    ):
        a_story(**place)
    (bars,) = (each.bars for each in week_figures(MONDAY, NEXT).charts if each.name == "place")
    assert {(bar.name, bar.found) for bar in bars} == {
        ("Tân Lập, Lào Cai", 1),
        ("Tân Lập, Đắk Lắk", 1),
        ("Lào Cai, Lào Cai", 1),
        ("Lào Cai", 1),
    }


def test_what_was_published_counts_once_in_the_week_it_first_came_out() -> None:
    editor, chief = make_user(), make_user("thuha", Role.CHIEF)
    now = utc_now()
    story = make_story(published_at=now - timedelta(hours=30), found_at=now - timedelta(hours=28))
    review.accept(story, editor, now - timedelta(hours=4))
    digest = draft_digest(iso_week(now), office=office(), now=now, by=editor)
    approval.submit(digest, editor, now, office=office())
    edition = approval.approve(digest, chief, now, office(), now)
    begin, end = now - timedelta(days=3), now + timedelta(days=3)
    assert totals(begin, end)["published"] == 0, "it is planned, but nobody could read it yet"
    went = {"state": "sent", "due_at": now, "finished_at": now}
    Delivery.objects.update_or_create(edition=edition, channel="portal", defaults=went)
    figures = week_figures(begin, end)
    assert figures.totals == {"found": 1, "accepted": 1, "published": 1}
    assert figures.hours.to_desk == pytest.approx(2)
    assert figures.hours.to_decision == pytest.approx(24)
    assert figures.hours.to_public == pytest.approx(30)
    assert totals(now + timedelta(days=1), now + timedelta(days=8))["published"] == 0
    day = now.astimezone(VIETNAM).date()
    names = names_of(settings.HOME)
    quarter = count(Period(day, day), office(), names)
    assert quarter["counts"]["published"] == [str(story.public_id)], "the quarter's report agrees"
    assert quarter["hours"]["published"] == pytest.approx(4)
    Withdrawal.objects.create(story=story, at=now, reason="nguồn đã gỡ")
    assert totals(begin, end)["published"] == 0
    assert count(Period(day, day), office(), names)["counts"]["published"] == []


def test_hours_are_medians_of_what_gives_a_time() -> None:
    for hours in (1, 2, 30):
        a_story(hours)
    Article.objects.filter(story=a_story(500)).update(date_precision="day")
    a_story(published_at=None)
    hours = week_figures(MONDAY, NEXT).hours
    assert hours.to_desk == pytest.approx(2)
    assert (hours.to_decision, hours.to_public) == (None, None)
    assert week_figures(NEXT, NEXT + timedelta(days=7)).hours.to_desk is None


def test_communes_without_an_exemplar_for_ninety_days() -> None:
    now = TUESDAY
    every = set(named_places().communes("Lào Cai"))
    assert len(every) == 99, "since 1 July 2025"
    a_story(province="Lào Cai", commune="Sa Pa")
    a_story(province="Lào Cai", commune="Bắc Hà", found_at=now - timedelta(days=91))
    a_story(province="Lào Cai", commune="Si Ma Cai", label="no")
    a_story(province="Lai Châu", commune="Bảo Thắng")
    review.reject(
        a_story(province="Lào Cai", commune="Mường Khương"), make_user(), now, "Quảng cáo"
    )
    tiles = heard_of("Lào Cai", now)
    numbers = {each.commune: each.number for _district, inside in tiles for each in inside}
    assert set(numbers) == every
    assert {commune for commune, number in numbers.items() if number} == {"Sa Pa"}
    beside = {each.commune: district for district, inside in tiles for each in inside}
    assert beside["Bắc Hà"] == beside["Bảo Nhai"] == "huyện Bắc Hà"
    assert beside["Mường Bo"] == "thị xã Sa Pa"


def test_the_page_says_it_in_words_charts_and_tables(client: Client) -> None:
    client.force_login(make_user())
    make_story(
        sectors=["y-te"],
        commune="Sa Pa",
        found_at=utc_now(),
        published_at=utc_now() - timedelta(hours=3),
    )
    page = client.get(reverse("desk:overview")).content.decode()
    assert "98 xã, phường chưa có gương nào trong 90 ngày" in page
    assert "3 giờ" in page
    assert page.count("<svg") >= 3
    assert page.count("Bảng số liệu") >= 3
    assert "?status=any&amp;sector=y-te" in page
    assert "place=B%E1%BA%AFc+H%C3%A0%2C+L%C3%A0o+Cai" in page.replace("%20", "+")
    assert page.count('<a class="tile') == 99
    assert page.count('<a class="tile tile-1"') == 1
    old = client.get(reverse("desk:overview"), {"week": "2026-W01"}).content.decode()
    assert "29/12/2025" in old
    assert "Không có tin nào trong tuần." in old


@pytest.mark.parametrize("week", ["x", "2026-W99", "9999-W52", "0000-W01", "0001-W01", "2026-W00"])
def test_a_week_that_is_none_or_to_come_is_this_one(client: Client, week: str) -> None:
    client.force_login(make_user())
    page = client.get(reverse("desk:overview"), {"week": week})
    assert page.status_code == 200
    assert "Tuần này" in page.content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_it_costs_a_constant_number_of_queries(
    client: Client, count: int, django_assert_max_num_queries: Queries
) -> None:
    editor = make_user()
    client.force_login(editor)
    for number in range(count):
        story = a_story(commune=f"Xã {number}", sectors=["y-te"], found_at=utc_now())
        review.accept(story, editor, utc_now())
    with django_assert_max_num_queries(23):  # type: ignore[attr-defined]
        assert client.get(reverse("desk:overview")).status_code == 200
