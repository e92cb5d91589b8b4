"""Merge and split by a person, and what the machine does afterwards: nothing of it is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.conf import LazySettings, settings

from pipeline import review
from pipeline.ingest import pages
from pipeline.ingest.joining import join_story
from pipeline.ingest.rebuilding import rebuild
from pipeline.ingest.understanding import Understanding
from pipeline.review.regrouping import Why
from pipeline.shapes import ExtractedArticle
from pipeline.store.models import (
    Article,
    AuditEntry,
    Digest,
    DigestItem,
    JudgementRecord,
    Regrouping,
    Story,
    StoryStatus,
)
from tests.factories import NOW, TEXT, make_story, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db

LINES = tuple(TEXT.splitlines())
OTHER = (
    "Ông Hoàng Văn Thoại ở bản Huổi Sen trồng sáu héc-ta cam sành, mỗi năm thu gần 1,4 tỷ đồng.",
    "Vườn cam của ông tạo việc làm cho chín lao động, giúp mười lăm hộ nghèo cây giống và phân.",
    "Hội Làm vườn huyện chọn vườn cam Huổi Sen làm nơi học nghề cho thanh niên ba bản lân cận.",
)


@pytest.fixture(scope="module")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    return Understanding.load(make_home(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


def told(source: str, title: str, lines: tuple[str, ...], number: int = 1) -> ExtractedArticle:
    url = f"https://{source}.example/bai-{number}.html"
    return ExtractedArticle(url, url, title, lines, published_at=NOW)


def store(extracted: ExtractedArticle, understanding: Understanding) -> Article:
    source = extracted.url.split("/")[2].split(".")[0]
    pages.read_article(extracted, (extracted.url,), source, None, understanding, NOW)
    return Article.objects.get(canonical_url=extracted.url)


PIGS = told("baomot", "Bảy con lợn đen và cả thôn Nậm Hẻn", LINES)
PIGS_AGAIN = told("baohai", "Bảy con lợn đen, cả thôn Nậm Hẻn", LINES[:3])
ORANGES = told("baomot", "Vườn cam giữa bản Huổi Sen", OTHER, 2)
BOTH = told("baohai", "Lợn đen Nậm Hẻn, cam sành Huổi Sen", (*LINES, *OTHER), 2)
"""A round-up that matches both."""


def partition() -> set[frozenset[str]]:
    return {
        frozenset(story.articles.values_list("url", flat=True)) for story in Story.objects.all()
    }


def test_the_order_of_arrival_does_not_matter(understanding: Understanding) -> None:
    """The round-up may come before, between or after the stories that it shows to be one."""
    seen = set()
    for order in permutations((PIGS, ORANGES, BOTH)):
        Article.objects.all().delete()
        Story.every.all().update(merged_into=None)
        Story.every.all().delete()
        for extracted in order:
            store(extracted, understanding)
        seen.add(frozenset(partition()))
    assert seen == {frozenset({frozenset({PIGS.url, ORANGES.url, BOTH.url})})}


def test_a_story_the_machine_merged_leads_to_the_other(understanding: Understanding) -> None:
    first = store(PIGS, understanding).story
    second = store(ORANGES, understanding).story
    assert first
    assert second
    assert first != second
    store(BOTH, understanding)
    second.refresh_from_db()
    assert second.standing == first
    assert Story.objects.get() == first
    entry = AuditEntry.objects.get(action="story.absorbed")
    assert (entry.actor, entry.object_id, entry.after["into"]) == (None, str(second.pk), first.pk)


def test_the_machine_merges_no_story_that_a_person_decided_on(understanding: Understanding) -> None:
    first, second = store(PIGS, understanding).story, store(ORANGES, understanding).story
    assert first
    assert second
    review.accept(first, make_user(), NOW)
    review.hold(second, make_user("thuha"), NOW)
    store(BOTH, understanding)
    assert Story.objects.count() == 2


def test_a_rejected_story_swallows_no_other(understanding: Understanding) -> None:
    first, second = store(PIGS, understanding).story, store(ORANGES, understanding).story
    assert first
    assert second
    review.reject(first, make_user(), NOW, "trùng")
    store(BOTH, understanding)
    second.refresh_from_db()
    assert second.merged_into is None


def test_a_page_that_tells_something_else_by_now_links_nothing(
    understanding: Understanding,
) -> None:
    pigs = store(PIGS, understanding)
    store(PIGS_AGAIN, understanding)
    oranges = store(ORANGES, understanding)
    assert pigs.story != oranges.story
    store(replace(PIGS_AGAIN, paragraphs=OTHER, title=ORANGES.title), understanding)
    assert Story.objects.count() == 2


def machine_again(understanding: Understanding) -> None:
    """Another copy of each comes, pages are read again, everything is judged and rebuilt."""
    for extracted in (PIGS, PIGS_AGAIN, ORANGES):
        store(replace(extracted, paragraphs=(*extracted.paragraphs, "(Còn nữa)")), understanding)
        late = extracted.url.replace("bai-", "bai-lai-")
        store(replace(extracted, url=late, canonical_url=late), understanding)
    for article in Article.objects.all():
        text = article.as_text()
        assert join_story(article, text, pages.signature(text), understanding, NOW) == article.story
    JudgementRecord.objects.update(version="of an earlier taxonomy")
    counts = rebuild(settings.HOME, now=NOW + timedelta(days=1))
    assert counts["judged"] == Article.objects.count()


def test_a_split_lasts(understanding: Understanding) -> None:
    pigs, again = store(PIGS, understanding), store(PIGS_AGAIN, understanding)
    assert pigs.story
    assert pigs.story == again.story
    new = review.split(pigs.story, [again], make_user(), NOW)
    assert (new.title, new.outlets, new.status) == (PIGS_AGAIN.title, ["baohai"], "new")
    machine_again(understanding)
    pigs.refresh_from_db()
    again.refresh_from_db()
    assert again.story == new
    assert pigs.story not in (new, None)
    assert Story.objects.filter(pk__in=[new.pk, pigs.story_id]).count() == 2


def test_a_merge_lasts_and_later_copies_of_either_join_it(understanding: Understanding) -> None:
    pigs, oranges = store(PIGS, understanding), store(ORANGES, understanding)
    assert pigs.story
    assert oranges.story
    kept = review.merge([pigs.story, oranges.story], make_user(), NOW)
    assert kept == pigs.story
    assert sorted(kept.outlets) == ["baomot"]
    machine_again(understanding)
    assert Story.objects.get() == kept
    assert kept.articles.count() == Article.objects.count()


def test_a_merge_is_undone_with_all_that_was_decided_before() -> None:
    editor = make_user()
    first, second = make_story(), make_story(outlets=["baohai"])
    review.edit(second, editor, NOW, 0, title="Tựa của người")
    review.hold(second, editor, NOW)
    kept = review.merge([first, second], editor, NOW)
    assert kept == second  # more had been decided on it
    assert {article.source for article in kept.articles.all()} == {"baomot", "baohai"}
    first.refresh_from_db()
    assert (first.merged_into, first.version) == (kept, 1)
    review.undo(kept, editor, NOW)
    first.refresh_from_db()
    assert first.merged_into is None
    assert [a.source for a in first.articles.all()] == ["baomot"]
    assert [a.source for a in kept.articles.all()] == ["baohai"]
    assert (kept.headline, kept.status) == ("Tựa của người", "held")
    assert Regrouping.objects.get().undone_at == NOW
    review.undo(kept, editor, NOW)
    assert kept.status == "new"


def test_a_split_is_undone_from_either_side() -> None:
    editor = make_user()
    for side in (0, 1):
        story = make_story(outlets=["baomot", "baohai"])
        new = review.split(story, [story.articles.get(source="baohai")], editor, NOW)
        pressed = (story, new)[side]
        pressed.refresh_from_db()
        review.undo(pressed, editor, NOW)
        new.refresh_from_db()
        assert new.standing == story
        assert story.articles.count() == 2


def test_a_split_part_that_was_decided_on_since_is_not_taken_back_over_its_head() -> None:
    editor = make_user()
    story = make_story(outlets=["baomot", "baohai"])
    new = review.split(story, [story.articles.get(source="baohai")], editor, NOW)
    review.accept(new, make_user("thuha"), NOW)
    with pytest.raises(review.CannotRegroup) as caught:
        review.undo(story, editor, NOW)
    assert caught.value.why == Why.CHANGED_SINCE
    assert new.articles.count() == 1


def test_who_saw_another_version_changes_nothing() -> None:
    editor = make_user()
    first, second = make_story(), make_story()
    seen = Story.objects.get(pk=second.pk)
    review.hold(second, make_user("thuha"), NOW)
    with pytest.raises(review.Conflict):
        review.merge([first, seen], editor, NOW)
    assert Story.objects.count() == 2
    both = make_story(outlets=["baomot", "baohai"])
    with pytest.raises(review.Conflict):
        review.split(both, [both.articles.all()[0]], editor, NOW, expected_version=7)
    assert not Regrouping.objects.exists()


def test_a_decision_on_a_story_merged_meanwhile_is_a_conflict_that_shows_where_it_went() -> None:
    editor = make_user()
    first, second = make_story(), make_story()
    seen = Story.objects.get(pk=second.pk)
    review.merge([first, second], editor, NOW)
    with pytest.raises(review.Conflict) as caught:
        review.accept(seen, editor, NOW)
    assert caught.value.current == first


def in_digest(story: Story) -> DigestItem:
    digest, _ = Digest.objects.get_or_create(week="2026-W47", defaults={"drafted_at": NOW})
    return DigestItem.objects.create(digest=digest, story=story, position=1)


def test_what_stands_in_a_digest_is_kept_and_two_of_them_stay_two() -> None:
    editor = make_user()
    first, second, third = make_story(), make_story(), make_story()
    review.accept(first, editor, NOW)
    in_digest(second)
    assert review.merge([first, second], editor, NOW) == second
    in_digest(third)
    with pytest.raises(review.CannotRegroup) as caught:
        review.merge([second, third], editor, NOW)
    assert caught.value.why == Why.TWO_IN_DIGESTS
    assert Story.objects.filter(digest_items__isnull=False).count() == 2


def test_the_article_that_a_digest_credits_stays_with_its_story() -> None:
    editor = make_user()
    story = make_story(outlets=["baomot", "baohai"])
    in_digest(story)
    assert story.lead
    with pytest.raises(review.CannotRegroup) as caught:
        review.split(story, [story.lead], editor, NOW)
    assert caught.value.why == Why.CREDITED
    review.split(story, [story.articles.get(source="baohai")], editor, NOW)


def test_none_or_all_of_the_articles_are_no_part() -> None:
    editor, story = make_user(), make_story(outlets=["baomot", "baohai"])
    for articles in ([], list(story.articles.all())):
        with pytest.raises(review.CannotRegroup):
            review.split(story, articles, editor, NOW)
    with pytest.raises(review.CannotRegroup):
        review.merge([story, story], editor, NOW)


def test_who_changes_what_a_story_tells_may_not_approve_it_alone() -> None:
    """Four eyes: the words changed with the article the story is told by."""
    editor = make_user()
    late = make_story(published_at=NOW)
    early = make_story(published_at=NOW - timedelta(days=1), outlets=["baohai"])
    review.accept(late, make_user("thuha"), NOW)
    kept = review.merge([late, early], editor, NOW)
    assert (kept, kept.status) == (late, StoryStatus.ACCEPTED)
    assert kept.title == early.title
    assert kept.edited_by == editor


def test_the_audit_trail_names_the_stories() -> None:
    editor = make_user()
    first, second = make_story(), make_story()
    review.merge([first, second], editor, NOW)
    entries = AuditEntry.objects.filter(action="story.merged")
    assert {entry.object_id for entry in entries} == {str(first.pk), str(second.pk)}
    assert {entry.after["into"] for entry in entries} == {first.pk}
