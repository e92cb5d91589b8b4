"""From the desk's decisions to the home's own model and back; stories judged again; the page."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from django.test import Client

from pipeline import review
from pipeline.cli import cli
from pipeline.config.home import Home, defaults_dir
from pipeline.ingest import judge_again
from pipeline.ingest.pages import record_judgement
from pipeline.ingest.stories import refresh_story
from pipeline.ingest.understanding import Understanding
from pipeline.judge.learning.adapting import Numbers, Studied
from pipeline.judge.learning.own_model import model_in_use
from pipeline.judge.model import shipped
from pipeline.review import learning
from pipeline.review.learning import Learned, learn_here
from pipeline.review.lessons import SAYS_NOTHING, lessons
from pipeline.store.models import (
    Article,
    AuditEntry,
    Axis,
    Exemplar,
    JudgementRecord,
    Story,
    StoryStatus,
    StoryTag,
    User,
)
from pipeline.text.clock import utc_now
from tests.factories import make_user
from tests.homes import make_home
from tests.lessons import DISLIKED, LIKED, article

pytestmark = [pytest.mark.own_database, pytest.mark.django_db]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = make_home(tmp_path)
    return Home(tmp_path)


@pytest.fixture
def editor() -> User:
    return make_user()


def stored(number: int, theme: str, understanding: Understanding) -> Story:
    text = article(number, theme)
    now = utc_now() - timedelta(hours=number)
    story = Story.objects.create(title=text.title, found_at=now, published_at=now)
    one = Article.objects.create(
        story=story,
        source="baomot",
        url=f"http://baomot.example/{number}",
        canonical_url=f"http://baomot.example/{number}",
        title=text.title,
        text=text.text,
        extractor="selectors",
        content_hash=f"{number:064d}",
        found_at=now,
        updated_at=now,
    )
    record_judgement(one, understanding.judge.judge(text), now)
    refresh_story(story, understanding)
    story.refresh_from_db()
    return story


def decide(home: Home, editor: User, count: int = 70) -> list[Story]:
    """One theme accepted, the other rejected, turn by turn."""
    understanding = Understanding.load(home)
    stories = [stored(n, LIKED if n % 2 else DISLIKED, understanding) for n in range(count)]
    for number, story in enumerate(stories):
        if number % 2:
            review.accept(story, editor, utc_now())
        else:
            review.reject(story, editor, utc_now(), "Không có gương cụ thể")
    return stories


def learn(home: Home) -> Learned:
    return learn_here(home, now=utc_now(), command="guongsang train")


def test_decisions_become_the_home_s_own_model_and_people_keep_the_last_word(
    home: Home, editor: User, client: Client
) -> None:
    stories = decide(home, editor)
    tagged = stories[1]
    review.set_tags(tagged, editor, utc_now(), {Axis.SECTOR: ["y-te"]})
    before = dict(Story.objects.values_list("pk", "score"))
    learned = learn(home)
    assert learned.adopted == ["exemplar"]
    assert (learned.lessons["accepted"], learned.lessons["rejected"]) == (35, 35)
    own = model_in_use(home)
    assert own.own
    assert own.model.digest == learned.digest
    assert own.model.made["command"] == "guongsang train"
    assert own.model.made["changes"]["stories"] == 70
    assert set(before.values()) == set(Story.objects.values_list("score", flat=True))

    assert judge_again(home, now=utc_now()) == {"judged": 70}
    assert judge_again(home, now=utc_now()) == {"judged": 0}
    after = dict(Story.objects.values_list("pk", "score"))
    rose = [after[s.pk] - before[s.pk] for s in stories[1::2]]
    fell = [after[s.pk] - before[s.pk] for s in stories[::2]]
    assert np.mean(rose) > np.mean(fell)
    assert set(Story.objects.values_list("status", flat=True)) == {"accepted", "rejected"}
    assert set(tagged.tags.filter(removed=False).values_list("slug", flat=True)) == {"y-te"}

    client.force_login(editor)
    page = client.get("/desk/learning/").content.decode()
    assert "mô hình riêng của cơ quan" in page
    assert "Xếp điển hình lên đầu" in page
    entry = AuditEntry.objects.filter(action="model.learned").get()
    assert entry.after["model"] == learned.digest[:12]


def test_the_page_names_the_stories_that_moved_and_stands_without_a_model(
    home: Home, editor: User, client: Client
) -> None:
    client.force_login(editor)
    assert "mô hình gốc" in client.get("/desk/learning/").content.decode()
    decide(home, editor)
    learned = learn(home)
    moved = learned.changes["examples"]
    page = client.get("/desk/learning/").content.decode()
    for row in moved[:5]:
        assert Story.objects.get(public_id=row["story"]).headline in page
    stories = Story.objects.filter(public_id__in=[row["story"] for row in moved])
    stories.update(exemplar=None)
    Exemplar.objects.filter(founder__in=stories).delete()
    stories.delete()
    assert client.get("/desk/learning/").status_code == 200
    home.model_file.write_bytes(b"broken")
    assert "guongsang train" in client.get("/desk/learning/").content.decode()
    client.logout()
    assert client.get("/desk/learning/").status_code == 302


@pytest.mark.parametrize(("count", "why"), [(20, "few"), (0, "few")])
def test_few_decisions_teach_nothing(home: Home, editor: User, count: int, why: str) -> None:
    decide(home, editor, count)
    learned = learn(home)
    assert learned.left == {"exemplar": why, "sectors": why}
    assert not home.model_file.exists()


def test_decisions_of_one_kind_teach_nothing(home: Home, editor: User) -> None:
    for story in decide(home, editor, 60):
        if story.status == StoryStatus.REJECTED:
            review.accept(story, editor, utc_now())
    assert learn(home).left["exemplar"] == "one_kind"
    assert not home.model_file.exists()


def test_a_worse_model_is_refused(
    home: Home, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(home, editor)

    def all_wrong(studied: Studied, heads: list[str]) -> Numbers:
        return np.where(studied.truth == 1, -9.0, 9.0)

    monkeypatch.setattr(learning, "held_out", all_wrong)
    learned = learn(home)
    assert learned.checks[0][1].worse
    assert learned.left["exemplar"] == "worse"
    assert not home.model_file.exists()
    assert not AuditEntry.objects.filter(object_type="model").exists()


def test_learning_again_from_the_same_changes_nothing_and_dry_run_writes_nothing(
    home: Home, editor: User
) -> None:
    decide(home, editor)
    tried = learn_here(home, now=utc_now(), command="", dry_run=True)
    assert tried.adopted
    assert not home.model_file.exists()
    digest = learn(home).digest
    assert learn(home).left["exemplar"] == "nothing_new"
    assert model_in_use(home).model.digest == digest


def test_what_a_decision_says(home: Home, editor: User) -> None:
    understanding = Understanding.load(home)
    kept, turned_down, copy, held, tagged, untouched = (
        stored(n, LIKED, understanding) for n in range(6)
    )
    assert untouched.status == "new"
    StoryTag.objects.filter(story=kept).delete()
    review.accept(kept, editor, utc_now())
    review.reject(turned_down, editor, utc_now(), "Chưa đủ căn cứ: thiếu số liệu")
    review.reject(copy, editor, utc_now(), f"{SAYS_NOTHING[0]}: báo khác")
    review.hold(held, editor, utc_now())
    review.set_tags(tagged, editor, utc_now(), {Axis.SECTOR: ["y-te"]})
    found = {lesson.article.title: lesson for lesson in lessons(lambda source: None)}
    assert set(found) == {kept.title, turned_down.title, tagged.title}
    assert found[kept.title].exemplar == 1.0
    assert found[kept.title].sectors == frozenset()
    assert (found[turned_down.title].exemplar, found[turned_down.title].exemplar_weight) == (0, 0.5)
    assert found[turned_down.title].sectors is None
    assert found[tagged.title].exemplar is None
    assert found[tagged.title].sectors == {"y-te"}
    assert found[tagged.title].sector_weight > found[kept.title].sector_weight


@pytest.fixture
def in_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("GUONGSANG_HOME", str(home.root))
    return home


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_tells_before_and_after_and_goes_back(in_home: Home, editor: User) -> None:
    decide(in_home, editor)
    told = run("train")
    assert "35 accepted, 35 rejected" in told
    assert "→" in told
    assert "--undo" in told
    assert model_in_use(in_home).own
    assert "the shipped one" in run("train", "--undo")
    assert model_in_use(in_home).model.digest == shipped().digest
    actions = AuditEntry.objects.filter(object_type="model").values_list("action", flat=True)
    assert list(actions) == ["model.brought_back", "model.learned"]


def test_labelled_lines_teach_a_home_too(in_home: Home, tmp_path: Path) -> None:
    lines = []
    for number in range(60):
        text = article(number, LIKED if number % 2 else DISLIKED)
        labels = {"exemplar": "yes" if number % 2 else "no", "sectors": []}
        lines.append(json.dumps({"title": text.title, "text": text.text, "labels": labels}))
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    found = json.loads(run("train", "--json", str(file)))
    assert (found["lessons"]["accepted"], found["lessons"]["rejected"]) == (30, 30)
    assert "exemplar" in found["adopted"]
    assert found["model"] == model_in_use(in_home).model.digest


def test_a_taxonomy_is_tried_out_before_it_is_saved(
    in_home: Home, editor: User, tmp_path: Path
) -> None:
    understanding = Understanding.load(in_home)
    stories = [stored(n, LIKED if n % 2 else DISLIKED, understanding) for n in range(6)]
    review.set_tags(stories[1], editor, utc_now(), {Axis.SECTOR: ["y-te"], Axis.CAMPAIGN: []})
    StoryTag.objects.create(
        story=stories[1], axis=Axis.CAMPAIGN, slug="x", origin="person", removed=True
    )
    tried = tmp_path / "tried"
    tried.mkdir()
    for name in ("sectors.yaml", "campaigns.yaml", "cues.yaml"):
        text = (defaults_dir() / "taxonomy" / name).read_text("utf-8")
        if name == "campaigns.yaml":
            text += f"- {{id: giu-lua-nghe, name: Giữ lửa nghề, aliases: [{LIKED}]}}\n"
        (tried / name).write_text(text, "utf-8")
    before = list(JudgementRecord.objects.values_list("pk", "version", "judged_at"))
    *changes, last = map(json.loads, run("judge", "--compare", str(tried), "--json").splitlines())
    assert {change["title"] for change in changes} == {stories[3].title, stories[5].title}
    assert all(change["added"]["campaigns"] == ["giu-lua-nghe"] for change in changes)
    quoted = {quote.lower() for change in changes for quote in change["why"]["giu-lua-nghe"]}
    assert quoted == {LIKED.lower()}
    assert last["totals"]["stories"] == 6
    assert last["totals"]["tags"] == {"+giu-lua-nghe": 2}
    table = run("judge", "--compare", str(tried))
    assert "2 of 6 stories change" in table
    assert f"+giu-lua-nghe ({LIKED}" in table.replace(LIKED.capitalize(), LIKED)
    assert list(JudgementRecord.objects.values_list("pk", "version", "judged_at")) == before
    assert not StoryTag.objects.filter(slug="giu-lua-nghe").exists()
    assert "0 of 6 stories change" in run("judge", "--compare")
    assert "0 of 0" in run("judge", "--compare", str(tried), "--since", "2099-12-31")


def test_a_faulty_taxonomy_is_told_with_its_line(in_home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(cli, ["judge", "--compare", str(tmp_path / "empty")])
    assert "sectors.yaml" in str(result.exception)
    result = CliRunner().invoke(cli, ["judge", "--compare", str(tmp_path / "nowhere")])
    assert result.exit_code == 2
