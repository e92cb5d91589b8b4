"""The edit page: tags, subject, places, what is kept private, pictures; what is then published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.config.home import Home
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.digest.freezing import freeze
from pipeline.publish.channels import CHANNELS
from pipeline.review import Wishes
from pipeline.store.models import Digest, Origin, Story, User
from pipeline.text.clock import iso_week, utc_now
from pipeline.web.reference import office
from tests.factories import NOW, SUBJECT, make_article, make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Queries = Callable[..., object]
PARTS = {"part": ["tags", "places", "care", "picture"]}


def save(desk: Client, story: Story, status: int = 200, **fields: object) -> str:
    """Send the form as it stands but for ``fields``."""
    story.refresh_from_db()
    data: dict[str, object] = {
        "version": story.version,
        "title": story.headline,
        "summary": story.summary,
        "subject": story.subject,
        "kind": story.kind,
        **PARTS,
        "sector": ["nong-nghiep-nong-thon"],
        "place": ["Nậm Hẻn, Lào Cai", ""],
    }
    address = reverse("desk:edit", args=[story.public_id])
    answer = desk.post(address, {**data, **fields}, follow=True)
    assert answer.status_code == status
    story.refresh_from_db()
    return answer.content.decode()


def test_saving_the_form_as_it_is_changes_nothing(desk: Client) -> None:
    story = make_story()
    save(desk, story)
    assert (story.version, story.place_origin) == (0, Origin.MACHINE)


def test_tags_are_typed_by_name_and_taken_away_by_unticking(desk: Client) -> None:
    story = make_story()
    save(desk, story, sector=[], more_sector=["y te", ""], more_campaign="Hiến máu tình nguyện")
    shown = story.tags.filter(removed=False).values_list("axis", "slug")
    assert set(shown) == {("sector", "y-te"), ("campaign", "hien-mau")}


def test_an_unknown_tag_is_said_and_nothing_is_saved(desk: Client) -> None:
    story = make_story()
    page = save(desk, story, 422, more_sector=["vũ trụ"], summary="Lời đang viết dở.")
    assert "Không có nhãn “vũ trụ”" in page
    assert 'value="vũ trụ"' in page
    assert "Lời đang viết dở." in page
    assert story.version == 0


def test_places_become_todays_communes_and_the_first_is_the_main_one(desk: Client) -> None:
    story = make_story()
    save(desk, story, place=["xa si ma cai", "Yên Bái"])
    assert (story.commune, story.province) == ("Si Ma Cai", "Lào Cai")
    rows = story.places.order_by("pk").values_list("province", "commune", "origin")
    assert list(rows) == [("Lào Cai", "Si Ma Cai", "person"), ("Lào Cai", "", "person")]
    save(desk, story, place=[""])
    assert (story.commune, story.province, story.places.count()) == ("", "", 0)


def test_a_place_that_is_none_or_several_is_asked_again(desk: Client) -> None:
    story = make_story()
    page = save(desk, story, 422, place=["Tân Lập", "Xứ Xa"])
    assert "“Tân Lập” có thể là: Tân Lập, Lâm Đồng; Tân Lập, Quảng Trị" in page
    assert "Không có xã, phường hay tỉnh nào tên “Xứ Xa”" in page
    assert story.version == 0


def test_who_it_is_about_is_corrected(desk: Client) -> None:
    story = make_story()
    page = save(desk, story, subject="Tổ hợp tác Nậm Hẻn", kind="collective")
    assert (story.subject, story.kind) == ("Tổ hợp tác Nậm Hẻn", "collective")
    assert "Tổ hợp tác Nậm Hẻn" in page
    save(desk, story, 422, kind="nonsense")


SCHOOL = "Trường THCS Nậm Hẻn"
SUMMARY = f"Em {SUBJECT}, học sinh {SCHOOL}, dạy bạn ủ men lá. Mây bán 45 tấn thịt mỗi năm."


def test_kept_private_means_kept_out_of_every_channel(desk: Client, editor: User) -> None:
    """The switch is real: no channel's output, page or feed has the name or the school."""
    story = make_story(
        title=f"{SUBJECT}: cô học trò {SCHOOL}",
        flags=["minor"],
        draft_summary=SUMMARY,
        published_at=utc_now() - timedelta(days=1),
        found_at=utc_now() - timedelta(hours=20),
    )
    page = save(
        desk,
        story,
        title=story.headline,
        subject=SUBJECT,
        initials=[SUBJECT],
        hide_schools="1",
    )
    assert SUBJECT in page, "the desk still sees everything"
    review.accept(story, editor, utc_now())
    digest = draft_digest(iso_week(utc_now()), office=office(), now=utc_now(), by=editor)
    content = freeze(digest, office(), utc_now())
    item = content.items[0]
    assert item.subject == "L.T.M."
    assert item.headline == "L.T.M.: cô học trò một trường THCS"
    assert item.summary == (
        "Em L.T.M., học sinh một trường THCS, dạy bạn ủ men lá. M. bán 45 tấn thịt mỗi năm."
    )
    for name, channel in CHANNELS.items():
        body = channel.preview(content, office()).body
        for hidden in (SUBJECT, "Mây", "THCS Nậm Hẻn"):
            assert hidden not in body, name


def checked(digest: Digest) -> dict[str, str]:
    _content, problems = approval.checklist(digest, office(), utc_now())
    return {problem.code: problem.level for problem in problems if problem.code != "machine"}


def test_the_checklist_reads_the_switches(desk: Client, editor: User) -> None:
    story = make_story(
        flags=["minor"],
        published_at=utc_now() - timedelta(days=1),
        found_at=utc_now() - timedelta(hours=20),
    )
    review.accept(story, editor, utc_now())
    digest = draft_digest(iso_week(utc_now()), office=office(), now=utc_now(), by=editor)
    assert checked(digest)["flag:minor"] == "warn"
    story.refresh_from_db()
    wishes = Wishes(initials_for=[SUBJECT], hide_schools=True)
    review.revise(story, editor, utc_now(), wishes)
    assert "flag:minor" not in checked(digest)
    assert checked(digest)["minor"] == "note"
    approval.edit_text(digest, editor, utc_now(), intro=f"Chuyện em {SUBJECT}.")
    assert checked(digest)["named"] == "block"
    with pytest.raises(approval.NotAllowed, match="viết tắt"):
        approval.submit(digest, editor, utc_now(), office=office())


def test_a_picture_is_offered_only_by_agreement_and_not_after_it_ends(
    desk: Client, editor: User, home: Home
) -> None:
    story = make_story(
        published_at=utc_now() - timedelta(days=1), found_at=utc_now() - timedelta(hours=20)
    )
    image = {"url": "https://baomot.example/a.jpg", "caption": "Chị Mây. Ảnh: M.T."}
    article = story.articles.get()
    story.articles.update(image=image)
    page = desk.get(reverse("desk:edit", args=[story.public_id])).content.decode()
    assert "Báo chưa thỏa thuận cho dùng ảnh" in page
    page = save(desk, story, 422, picture=article.pk)
    assert "Báo Một chưa thỏa thuận cho dùng ảnh" in page
    file, before = home.root / "sources.yaml", (home.root / "sources.yaml").read_text("utf-8")
    agreed = "agreement: {number: 12/TT, date: 2026-01-15, photos: true}, key: baomot"
    file.write_text(before.replace("key: baomot", agreed), "utf-8")
    save(desk, story, picture=article.pk)
    review.accept(story, editor, utc_now())
    digest = draft_digest(iso_week(utc_now()), office=office(), now=utc_now(), by=editor)
    picture = freeze(digest, office(), utc_now()).items[0].picture
    assert picture is not None
    assert picture.url == "https://baomot.example/a.jpg"
    file.write_text(before, "utf-8")
    assert freeze(digest, office(), utc_now()).items[0].picture is None
    assert checked(digest)["photo"] == "block"


def test_a_conflict_shows_what_the_other_changed_word_by_word(desk: Client) -> None:
    story = make_story(title="Tựa của báo")
    review.edit(story, make_user("thuha"), NOW, 0, title="Tựa của Hà")
    address = reverse("desk:edit", args=[story.public_id])
    data = {"version": 0, "title": "Tựa của tôi", "summary": "Lời tôi."}
    answer = desk.post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<del> báo</del><ins> Hà</ins>" in page
    assert ">Tựa của tôi</textarea>" in page
    again = {**data, "version": 1}
    desk.post(address, again)
    assert Story.objects.get().headline == "Tựa của tôi"


def test_the_live_check_shows_how_it_will_be_published(desk: Client) -> None:
    story = make_story()
    address = reverse("desk:findings", args=[story.public_id])
    data = {"part": "care", "title": "Tựa", "summary": SUMMARY, "initials": SUBJECT}
    page = desk.post(address, data).content.decode()
    assert "Sẽ đăng là:" in page
    assert "Em L.T.M., học sinh Trường THCS" in page
    assert "Sẽ đăng là:" not in desk.post(address, {"summary": SUMMARY}).content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_the_edit_page_costs_a_constant_number_of_queries(
    desk: Client, count: int, django_assert_max_num_queries: Queries
) -> None:
    story = make_story(outlets=["baomot"] * count)
    for _ in range(count - 1):
        make_article(story, "baohai")
    with django_assert_max_num_queries(18):  # type: ignore[attr-defined]
        assert desk.get(reverse("desk:edit", args=[story.public_id])).status_code == 200


def test_what_exaggerates_comes_with_what_to_write_instead(desk: Client) -> None:
    story = make_story()
    address = reverse("desk:findings", args=[story.public_id])
    told = desk.post(address, {"title": "Kỳ tích ở bản", "summary": "Chị Mây phi thường."})
    text = told.content.decode()
    assert "“Kỳ tích”" in text
    assert "“phi thường”" in text
    assert "nêu kết quả bằng số liệu" in text
    assert "cường điệu" not in desk.post(address, {"title": "Ở bản"}).content.decode()


def test_a_story_that_nobody_has_changed_has_no_versions_to_show(desk: Client) -> None:
    answer = desk.get(reverse("desk:history", args=[make_story().public_id]))
    assert answer.status_code == 200
    assert "Chưa ai thay đổi tin này." in answer.content.decode()
