"""Splitting, merging and telling exemplars at the desk, by forms alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.group import signature, subject_key
from pipeline.ingest.pages import index
from pipeline.store.models import Exemplar, IdentityAnswer, Role, Story, User
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db
ALL = "?status=any&label=any"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


def told(**fields: object) -> Story:
    """A story as ingest leaves it, in the indexes of wording and of names."""
    story = make_story(**fields)
    story.subject_key = subject_key(story.subject)
    story.save()
    for article in story.articles.all():
        index(article, signature(article.as_text()))
    return story


def shown(client: Client, story: Story) -> str:
    response = client.get(reverse("desk:story", args=[story.public_id]) + ALL)
    assert response.status_code == 200
    return unescape(response.content.decode())


def post(client: Client, name: str, story: Story, **fields: object) -> str:
    story.refresh_from_db()
    data = {"version": story.version, "status": "any", "label": "any", **fields}
    address = reverse(f"desk:{name}", args=[story.public_id])
    return unescape(client.post(address, data, follow=True).content.decode())


def test_an_article_is_split_off_and_the_split_undone(desk: Client) -> None:
    story = told(outlets=["baomot", "baohai"])
    assert "Tách bài này thành tin riêng" in shown(desk, story)
    page = post(desk, "split", story, article=story.articles.get(source="baohai").pk)
    assert "Đã tách thành tin riêng" in page
    assert "Tách bài này thành tin riêng" not in shown(desk, story)
    assert Story.objects.count() == 2
    desk.post(
        reverse("desk:decide", args=[story.public_id, "undo"]),
        {"version": Story.objects.get(pk=story.pk).version},
    )
    assert Story.objects.get() == story


def test_the_only_article_cannot_be_split_off(desk: Client) -> None:
    story = told()
    assert "Tách bài này" not in shown(desk, story)
    assert "Hãy chọn một phần" in post(desk, "split", story, article=story.articles.get().pk)
    assert Story.objects.count() == 1


def test_the_likeliest_stories_are_offered_and_merged(desk: Client) -> None:
    story, other = told(), told(title="Chuyện lợn đen kể lại", outlets=["baohai"])
    page = unescape(desk.get(reverse("desk:merge", args=[story.public_id])).content.decode())
    assert other.title in page
    page = post(desk, "merge", story, other=other.public_id, other_version=0)
    assert "Đã gộp thành" in page
    assert Story.objects.get() == story


def test_the_address_of_a_merged_story_leads_on(desk: Client, editor: User) -> None:
    story, other, last = told(), told(), told()
    review.merge([story, other], editor, NOW)
    story.refresh_from_db()
    review.merge([last, story], editor, NOW)
    for step in ("story", "edit", "merge"):
        address = reverse(f"desk:{step}", args=[other.public_id])
        response = desk.get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith(
            reverse("desk:story", args=[last.public_id])
        )
    seen = unescape(
        desk.post(
            reverse("desk:decide", args=[other.public_id, "accept"]), {"version": 1}, follow=True
        ).content.decode()
    )
    assert "vừa được gộp vào tin" in seen
    assert Story.objects.get().status == "new"


def test_a_merge_over_a_change_is_told_and_not_done(desk: Client) -> None:
    story, other = told(), told()
    review.hold(other, make_user("thuha", Role.CHIEF), NOW)
    page = post(desk, "merge", story, other=other.public_id, other_version=0)
    assert "Thu Hà vừa thay đổi tin này" in page
    assert Story.objects.count() == 2


def test_a_search_finds_what_the_machine_did_not_offer(desk: Client) -> None:
    story, other = told(), make_story(title="Cam sành Huổi Sen")
    address = reverse("desk:merge", args=[story.public_id])
    assert other.title not in unescape(desk.get(address).content.decode())
    assert other.title in unescape(desk.get(address, {"words": "cam sanh"}).content.decode())


def test_who_may_only_read_regroups_nothing(client: Client) -> None:
    client.force_login(make_user("bant", Role.BOARD))
    story = told(outlets=["baomot", "baohai"])
    assert "Tách bài này" not in shown(client, story)
    for name in ("merge", "split", "identity"):
        address = reverse(f"desk:{name}", args=[story.public_id])
        assert client.post(address, {"version": 0}).status_code == 403


def pair() -> tuple[Story, Story]:
    """The same woman, months apart, in two outlets, once with a title before her name."""
    return (
        told(published_at=NOW - timedelta(days=200)),
        told(subject="chị Lò Thị Mây", outlets=["baohai"]),
    )


def test_a_person_confirms_an_exemplar_and_both_stories_show_it(desk: Client) -> None:
    first, second = pair()
    page = shown(desk, second)
    assert "Có thể là cùng một gương với" in page
    assert "cùng ở Nậm Hẻn" in page
    assert "Đã ghi: cùng một gương" in post(
        desk, "identity", second, other=first.public_id, answer="same"
    )
    exemplar = Exemplar.objects.get()
    assert set(exemplar.stories.all()) == {first, second}
    page = shown(desk, first)
    assert "Có thể là cùng một gương với" not in page
    assert second.headline in page
    post(desk, "identity", first, other=second.public_id, answer="forget")
    assert [story.pk for story in exemplar.stories.all()] == [first.pk]
    assert "Có thể là cùng một gương với" in shown(desk, second)


def test_a_no_is_kept_and_can_be_taken_back(desk: Client) -> None:
    first, second = pair()
    post(desk, "identity", second, other=first.public_id, answer="different")
    for story in (first, second):
        assert "Có thể là cùng một gương với" not in shown(desk, story)
    assert not Exemplar.objects.exists()
    assert "1 tin đã trả lời là không phải" in shown(desk, second)
    post(desk, "identity", second, other=first.public_id, answer="forget")
    assert "Có thể là cùng một gương với" in shown(desk, second)


def test_a_no_to_one_story_is_a_no_to_its_exemplar(desk: Client, editor: User) -> None:
    first, second = pair()
    third, fourth = told(), told()
    review.answer(first, second, editor, NOW, same=True)
    review.answer(third, first, editor, NOW, same=False)
    assert [proposal.story for proposal in review.proposals(third)] == [fourth]


def test_the_opposite_answer_needs_the_first_taken_back(desk: Client) -> None:
    first, second = pair()
    review.answer(first, second, make_user("thuha", Role.CHIEF), NOW, same=True)
    page = post(desk, "identity", second, other=first.public_id, answer="different")
    assert "Thu Hà đã trả lời khác" in page
    assert IdentityAnswer.objects.get().same


def test_a_merge_brings_exemplars_together_and_its_undo_parts_them(editor: User) -> None:
    first, second = pair()
    third, fourth = told(), told()
    review.answer(first, second, editor, NOW, same=True)
    review.answer(third, fourth, editor, NOW, same=True)
    elder, younger = Exemplar.objects.order_by("pk")
    kept = review.merge([second, third], editor, NOW)
    younger.refresh_from_db()
    assert younger.merged_into == elder
    assert set(elder.stories.all()) == {first, second, fourth}
    review.undo(kept, editor, NOW)
    younger.refresh_from_db()
    assert younger.merged_into is None
    assert set(elder.stories.all()) == {first, second}
    assert set(younger.stories.all()) == {third, fourth}


def test_namesakes_elsewhere_are_not_asked_about() -> None:
    first, _second = pair()
    told(province="Sơn La", commune="Mường Bú")
    assert len(review.proposals(first)) == 1


@pytest.mark.parametrize("count", [1, 20])
def test_the_story_page_costs_the_same_however_many_namesakes(
    desk: Client, count: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    stories = [told(outlets=["baomot", "baohai"]) for _ in range(count + 1)]
    with django_assert_max_num_queries(32):  # type: ignore[attr-defined]
        assert "Có thể là cùng một gương với" in shown(desk, stories[0])
    address = reverse("desk:merge", args=[stories[0].public_id])
    with django_assert_max_num_queries(17):  # type: ignore[attr-defined]
        desk.get(address)
