"""Many stories in one step, saved filters, versions and differences: the desk's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.store.models import Axis, Page, Role, SavedView, Story, StoryTag, User
from tests.factories import NOW, make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Queries = Callable[..., object]


def many(desk: Client, stories: list[Story], step: str, **fields: object) -> str:
    chosen = [f"{story.pk}:{story.version}" for story in stories]
    data = {"story": chosen, "step": step, **fields}
    return desk.post(reverse("desk:decide_many"), data, follow=True).content.decode()


def statuses() -> list[str]:
    return list(Story.objects.order_by("pk").values_list("status", flat=True))


# Many at once


def test_chosen_stories_are_decided_at_once_and_one_button_takes_it_back(desk: Client) -> None:
    stories = [make_story() for _ in range(3)]
    page = many(desk, stories[:2], "accept", sector="nong-nghiep-nong-thon")
    assert "Đã nhận 2 tin." in page
    assert "1 tin" in page
    assert '<option value="nong-nghiep-nong-thon" selected>' in page, "the filters stay"
    assert statuses() == ["accepted", "accepted", "new"]
    batch = Story.objects.get(pk=stories[0].pk).revisions.first().batch  # type: ignore[union-attr]
    undo = reverse("desk:undo_many", args=[batch])
    assert undo in page
    assert "Đã hoàn tác 2 tin." in desk.post(undo, follow=True).content.decode()
    assert statuses() == ["new"] * 3
    assert "Không còn gì" not in desk.get(reverse("desk:inbox")).content.decode()


def test_a_rejection_of_many_keeps_one_reason(desk: Client) -> None:
    stories = [make_story(), make_story()]
    assert "Hãy chọn hoặc ghi lý do" in many(desk, stories, "reject", reason="", words=" ")
    assert statuses() == ["new", "new"]
    many(desk, stories, "reject", reason="Quảng cáo", words="bài PR")
    assert {story.reject_reason for story in Story.objects.all()} == {"Quảng cáo: bài PR"}


def test_what_someone_changed_meanwhile_is_left_and_named(desk: Client) -> None:
    seen, other = make_story(title="Người trồng quế"), make_story()
    review.hold(Story.objects.get(pk=seen.pk), make_user("thuha", Role.CHIEF), NOW)
    page = many(desk, [seen, other], "accept")
    assert "1 tin vừa được người khác thay đổi nên để nguyên: “Người trồng quế”." in page
    assert statuses() == ["held", "accepted"]


@pytest.mark.parametrize("given", [[], ["x"], ["1"], ["9" * 30 + ":0"], [":"], ["-1:0"]])
def test_nothing_or_nonsense_chosen_is_asked_again(desk: Client, given: list[str]) -> None:
    make_story()
    address = reverse("desk:decide_many")
    page = desk.post(address, {"story": given, "step": "accept"}, follow=True).content.decode()
    assert "Hãy đánh dấu ít nhất một tin" in page
    assert statuses() == ["new"]


def test_who_may_only_read_decides_nothing(client: Client) -> None:
    client.force_login(make_user("canbo", Role.BOARD))
    story = make_story()
    page = client.get(reverse("desk:inbox")).content.decode()
    assert 'id="bulk"' not in page
    assert 'name="story"' not in page
    data = {"story": f"{story.pk}:0", "step": "accept"}
    assert client.post(reverse("desk:decide_many"), data).status_code == 403


def sectors(story: Story) -> set[str]:
    rows = story.tags.filter(axis="sector", removed=False)
    return set(rows.values_list("slug", flat=True))


def test_tags_are_added_to_all_chosen_beside_what_they_have(desk: Client, editor: User) -> None:
    first, second, stale = (make_story(title=f"Tin {number}") for number in (1, 2, 3))
    review.set_tags(first, editor, NOW, {Axis.SECTOR: ["giao-duc"]})
    had, second_had = sectors(first), sectors(second)
    seen = stale.version
    review.hold(Story.objects.get(pk=stale.pk), make_user("thuha", Role.CHIEF), NOW)
    assert stale.version == seen
    chosen = [first, second, stale]
    page = many(desk, chosen, "tag", tag_sector=["y-te", "không-có"], tag_campaign="hien-mau")
    assert "Đã thêm nhãn cho 2 tin. 1 tin vừa được người khác thay đổi" in page
    assert "“Tin 3”" in page
    assert sectors(first) == {*had, "y-te"}
    assert sectors(second) == {*second_had, "y-te"}
    assert "y-te" not in sectors(stale)
    assert [Story.objects.get(pk=each.pk).version for each in chosen] == [2, 1, 1]
    assert first.tags.filter(axis="campaign", slug="hien-mau").exists()
    revision = second.revisions.get(version=1)
    assert desk.post(reverse("desk:undo_many", args=[revision.batch])).status_code == 302
    assert (sectors(first), sectors(second)) == (had, second_had)
    assert not StoryTag.objects.filter(slug="hien-mau", removed=False).exists()


def test_no_tag_ticked_changes_nothing(desk: Client) -> None:
    story = make_story()
    assert "Hãy đánh dấu ít nhất một lĩnh vực" in many(desk, [story], "tag", tag_sector="lạ")
    assert not story.revisions.exists()


def test_enter_in_a_field_of_the_bar_takes_no_story_in(desk: Client) -> None:
    make_story()
    bar = desk.get(reverse("desk:inbox")).content.decode().split('id="bulk"')[1]
    assert bar.index("<button disabled hidden>") < bar.index('name="step"')


def test_a_step_on_many_is_taken_back_from_any_history_but_not_what_changed_since(
    desk: Client, editor: User
) -> None:
    stories = [make_story(title=f"Tin {number}") for number in range(4)]
    many(desk, stories, "accept")
    review.hold(Story.objects.get(title="Tin 3"), editor, NOW)
    address = reverse("desk:history", args=[stories[3].public_id])
    page = desk.get(address).content.decode()
    assert "Hoàn tác cả 3 tin của lần này" in page
    batch = stories[0].revisions.get(version=1).batch
    undo = reverse("desk:undo_many_from_history", args=[stories[3].public_id, batch])
    assert undo in page
    said = desk.post(undo, follow=True)
    assert said.redirect_chain[-1][0].startswith(address)
    assert "Đã hoàn tác 3 tin. 1 tin vừa được" in said.content.decode()
    assert "Hoàn tác cả" not in said.content.decode()
    assert statuses() == ["new", "new", "new", "held"]
    again = desk.post(undo, follow=True).content.decode()
    assert "Đã hoàn tác 0 tin. 1 tin" in again
    assert statuses() == ["new", "new", "new", "held"]


def test_a_step_wholly_taken_back_story_by_story_has_nothing_left(
    desk: Client, editor: User
) -> None:
    stories = [make_story(), make_story()]
    many(desk, stories, "hold")
    batch = stories[0].revisions.get(version=1).batch
    for story in Story.objects.all():
        review.undo(story, editor, NOW)
    page = desk.post(reverse("desk:undo_many", args=[batch]), follow=True).content.decode()
    assert "Không còn gì để hoàn tác ở lần này." in page


# Saved filters


def test_a_view_takes_a_new_name_that_no_other_of_ones_own_has(
    desk: Client, client: Client
) -> None:
    for name in ("Một", "Hai"):
        desk.post(reverse("desk:save_view"), {"name": name, "status": "held"})
    view = SavedView.objects.get(name="Một")
    rename = reverse("desk:rename_view", args=[view.pk])
    assert f'action="{rename}"' in desk.get(reverse("desk:inbox")).content.decode()
    for typed, said in (
        (" Của  tôi ", "Bộ lọc nay tên là “Của tôi”."),
        ("Hai", "Bạn đã có bộ lọc tên “Hai”."),
        ("  ", "Hãy ghi tên cho bộ lọc."),
    ):
        page = desk.post(rename, {"name": typed, "status": "held"}, follow=True)
        assert said in page.content.decode()
        assert page.redirect_chain[-1][0].endswith("?status=held"), "the filters stay"
        view.refresh_from_db()
        assert (view.name, view.query) == ("Của tôi", "?status=held")
    client.force_login(make_user("thuha"))
    assert client.post(rename, {"name": "Khác"}).status_code == 404


def test_filters_are_saved_by_name_for_oneself_or_the_office(desk: Client, client: Client) -> None:
    query = {"place": "Lào Cai", "sector": "nong-nghiep-nong-thon"}
    page = desk.get(reverse("desk:inbox"), query).content.decode()
    name = "Lào Cai · Nông nghiệp - nông thôn · Chưa duyệt"
    assert f'value="{name}"' in page, "a name is offered, made of the filters"
    desk.post(reverse("desk:save_view"), {**query, "name": name})
    desk.post(reverse("desk:save_view"), {"q": "lợn đen", "name": "Lợn", "shared": "1"})
    mine = desk.get(reverse("desk:inbox")).content.decode()
    assert "?sector=nong-nghiep-nong-thon&amp;place=L%C3%A0o+Cai" in mine
    assert "cả phòng dùng" in mine
    client.force_login(make_user("thuha"))
    theirs = client.get(reverse("desk:inbox")).content.decode()
    assert ">Lợn<" in theirs
    assert name not in theirs.replace(f'value="{name}"', "")
    shared = SavedView.objects.get(name="Lợn")
    assert client.post(reverse("desk:drop_view", args=[shared.pk])).status_code == 404


def test_a_name_used_again_takes_the_new_filters_and_a_view_is_dropped(desk: Client) -> None:
    save = reverse("desk:save_view")
    desk.post(save, {"name": "Của tôi", "status": "held"})
    desk.post(save, {"name": " Của  tôi ", "status": "accepted", "page": "7"})
    view = SavedView.objects.get()
    assert view.query == "?status=accepted"
    desk.post(reverse("desk:drop_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_place_may_be_typed_without_diacritics(desk: Client) -> None:
    make_story(title="Tin đúng", province="Lào Cai", commune="Si Ma Cai")
    make_story(title="Tin khác", province="Sơn La", commune="Mộc Châu")
    for typed in ("si ma cai", "xã Si Ma Cai", "lao cai"):
        page = desk.get(reverse("desk:inbox"), {"place": typed}).content.decode()
        assert "Tin đúng" in page, typed
        assert "Tin khác" not in page, typed


# Versions


def test_every_version_shows_what_it_changed_and_can_come_back(desk: Client, editor: User) -> None:
    story = make_story(title="Tựa của báo")
    review.edit(story, editor, NOW, 0, title="Tựa của báo, sửa")
    review.reject(story, editor, NOW, "Trùng tin đã có")
    page = desk.get(reverse("desk:history", args=[story.public_id])).content.decode()
    assert "<del> báo</del><ins> báo, sửa</ins>" in page
    assert "Đã từ chối: Trùng tin đã có" in page
    data = {"version": 2, "wanted": 1}
    back = reverse("desk:bring_back", args=[story.public_id])
    assert "Đã khôi phục: Tựa của báo, sửa" in desk.post(back, data, follow=True).content.decode()
    assert statuses() == ["new"]
    assert "vừa thay đổi tin này" in desk.post(back, data, follow=True).content.decode()


def test_the_second_editor_reads_what_the_first_changed(desk: Client) -> None:
    story = make_story()
    review.edit(story, make_user("thuha"), NOW, 0, title="Tựa khác")
    address = reverse("desk:decide", args=[story.public_id, "accept"])
    page = desk.post(address, {"version": 0}, follow=True).content.decode()
    assert "Thu Hà vừa thay đổi tin này (nay: Chưa duyệt)" in page
    assert "Đã đổi: Tiêu đề." in page


def test_an_outlet_is_compared_with_the_original_word_by_word(desk: Client) -> None:
    story = make_story(outlets=["baomot", "baohai"])
    copy = story.articles.get(source="baohai")
    copy.text = copy.text.replace("45 tấn", "54 tấn <b>")
    copy.save()
    address = reverse("desk:differences", args=[story.public_id, copy.pk])
    assert address in desk.get(reverse("desk:story", args=[story.public_id])).content.decode()
    page = desk.get(address).content.decode()
    assert "<del> 45 tấn</del><ins> 54 tấn &lt;b&gt;</ins>" in page
    assert "trùng 9" in page, "nearly all of it"
    copy.text = story.articles.get(source="baomot").text
    copy.save()
    assert "giống nhau từng chữ" in desk.get(address).content.decode()
    other = make_story().articles.get()
    foreign = reverse("desk:differences", args=[story.public_id, other.pk])
    assert desk.get(foreign).status_code == 404


def test_the_archived_page_is_framed_in_a_sandbox_that_only_we_may_frame(desk: Client) -> None:
    story = make_story()
    article = story.articles.get()
    article.page = Page.objects.create(
        source="baomot",
        url=article.url,
        canonical_url=article.url,
        fetched_at=NOW,
        seen_at=NOW,
        status=200,
        headers={"Content-Type": "text/html; charset=utf-8"},
        sha256="0" * 64,
        body_z=Page.compress(b"<script>alert(1)</script>"),
    )
    article.save()
    page = desk.get(reverse("desk:story", args=[story.public_id])).content.decode()
    raw = reverse("desk:archived", args=[story.public_id, article.pk])
    assert f'<iframe src="{raw}" sandbox=""' in page
    answer = desk.get(raw)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox; default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("count", [2, 20])
def test_pages_cost_a_constant_number_of_queries(
    desk: Client, editor: User, count: int, django_assert_max_num_queries: Queries
) -> None:
    story = make_story(outlets=["baomot", "baohai"])
    for number in range(count):
        review.edit(story, editor, NOW, number, title=f"Tựa {number}")
        SavedView.objects.create(owner=editor, name=f"Bộ lọc {number}")
    copy = story.articles.get(source="baohai")
    for address, most in (
        (reverse("desk:inbox"), 24),
        (reverse("desk:history", args=[story.public_id]), 12),
        (reverse("desk:differences", args=[story.public_id, copy.pk]), 11),
    ):
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            assert desk.get(address).status_code == 200
