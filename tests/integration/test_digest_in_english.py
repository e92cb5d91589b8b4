"""The digest's pages in English: the office, its outlets, people and stories have names without
marks here, so every Vietnamese letter left on a page is a text of ours that was not translated."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.choose import Code
from pipeline.digest.drafting import draft_digest
from pipeline.publish import corrections
from pipeline.publish.channels import CHANNELS
from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import withdraw
from pipeline.store.models import Digest, Role, Story, User
from pipeline.text.clock import iso_week, utc_now
from pipeline.web.desk.digest import picking
from pipeline.web.reference import office, reference
from tests.factories import make_story, make_user
from tests.homes import make_home
from tests.integration.test_desk_composing import VIETNAMESE_ONLY

pytestmark = pytest.mark.django_db
OFFICE = """\
name: Press Office
province: Lào Cai
contact: baochi@tinh.example
site_url: http://127.0.0.1:8000
"""
TEXT = "Lan opened a free class for 31 women. The group now sells 45 tons of meat every year."
FLAGS = (["hype"], ["minor", "health"], ["poverty", "syndicated"])


@pytest.fixture
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)
    sources = settings.HOME.sources_file
    sources.write_text(
        sources.read_text("utf-8").replace("Báo Một", "First").replace("Báo Hai", "Second"),
        "utf-8",
    )
    settings.HOME.office_file.write_text(OFFICE, "utf-8")


@pytest.fixture
def editor(home: None) -> User:
    return make_user("anna", full_name="Anna")


@pytest.fixture
def chief(home: None) -> User:
    return make_user("bella", Role.CHIEF, full_name="Bella")


def plain_story(number: int, editor: User | None, **fields: object) -> Story:
    """One without a Vietnamese letter."""
    now = utc_now()
    story = make_story(
        **{
            "title": f"Story {number}",
            "subject": f"Person {number}",
            "edited_summary": TEXT,
            "score": 0.9 - number / 100,
            "province": "Son La",
            "commune": f"Commune {number}",
            "published_at": now - timedelta(days=1, minutes=number),
            "found_at": now - timedelta(hours=20),
            **fields,
        }
    )
    story.articles.update(title=story.title, sapo="A class.", text=TEXT, author="Minh")
    if editor:
        review.accept(story, editor, now)
    return story


@pytest.fixture
def digest(editor: User) -> Digest:
    now = utc_now()
    for number, flags in enumerate([*FLAGS, [], [], ["advert"]]):
        plain_story(number, editor, flags=flags)
    plain_story(8, editor, score=0.2)
    plain_story(9, editor, subject="Person 4", score=0.5)
    found = draft_digest(iso_week(now), office=office(), now=now, by=editor)
    approval.edit_text(found, editor, now, title="Week")
    return found


def vietnamese(client: Client, address: str) -> list[str]:
    """The texts of the page with a Vietnamese letter in them; previews are in the readers'
    language, and names of provinces and sectors to choose from are names."""
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    assert '<html lang="en"' in page
    page = re.sub(r'<pre class="plain-preview".*?</pre>', "", page, flags=re.DOTALL)
    page = re.sub(r'<button class="plain" name="language".*?</button>', "", page)
    page = page.replace("Lào Cai", "").replace("Gương Sáng", "")
    found = re.findall(r'>([^<]+)<|(?:title|aria-label|alt|value|placeholder)="([^"]*)"', page)
    return [text for pair in found for text in pair if VIETNAMESE_ONLY.search(text)]


def test_every_state_of_a_digest(
    client: Client, digest: Digest, editor: User, chief: User, settings: LazySettings
) -> None:
    own, now = reverse("desk:digest", args=[digest.week]), utc_now()
    later = plain_story(11, editor)
    item = approval.add_item(digest, editor, now, later)
    approval.remove_item(digest, editor, now, item)
    approval.add_item(digest, editor, now, later)
    client.force_login(editor)
    assert vietnamese(client, reverse("desk:digests")) == []
    for channel in CHANNELS:
        assert vietnamese(client, f"{own}?channel={channel}") == [], channel
    for row in digest.items.all():
        _content, problems = approval.checklist(digest, office(), now)
        for problem in problems:
            if problem.item == str(row.story.public_id) and problem.level == "warn":
                approval.sign_warning(digest, editor, now, row, problem.code, "Seen")
    assert vietnamese(client, own) == []
    approval.submit(digest, editor, now, office=office())
    client.force_login(chief)
    assert vietnamese(client, own) == []
    approval.send_back(digest, chief, now, "Shorter", digest.items.first())
    client.force_login(editor)
    assert vietnamese(client, own) == []
    approval.edit_text(digest, editor, now, intro="Hello")
    assert vietnamese(client, own) == []
    approval.submit(digest, editor, now, office=office())
    edition = approval.approve(digest, chief, now, office(), now)
    client.force_login(chief)
    assert vietnamese(client, own) == []
    assert vietnamese(client, reverse("desk:publish_now", args=[digest.week])) == []
    publish_due(office=office(), home=settings.HOME, now=edition.publish_at)
    assert vietnamese(client, own) == []
    first = edition.digest.items.first()
    assert first is not None
    profile = first.story.exemplar
    assert profile is not None
    assert vietnamese(client, reverse("desk:propose_correction", args=[profile.public_id])) == []
    row = corrections.propose(profile, editor, now, text="It was 30 women.", reason="Letter 3")
    shown = reverse("desk:correction", args=[row.pk])
    assert vietnamese(client, shown) == []
    corrections.approve(row, chief, now, office())
    publish_due(office=office(), home=settings.HOME, now=utc_now())
    assert vietnamese(client, shown) == []
    assert vietnamese(client, reverse("desk:withdraw", args=[first.story.public_id])) == []
    withdraw(first.story, editor, now, "Wrong", office=office(), home=settings.HOME)
    assert vietnamese(client, own) == []


def test_refusals_are_in_english_too(client: Client, digest: Digest, editor: User) -> None:
    client.force_login(editor)
    client.cookies["django_language"] = "en"
    for step, fields in (
        ("submit", {}),
        ("submit", {"version": 0}),
        ("approve", {}),
        ("send-back", {}),
        ("text", {"title": ""}),
        ("sign", {"item": digest.items.all()[0].pk, "code": "flag:hype", "why": ""}),
        ("section", {"item": digest.items.all()[0].pk, "section": "x"}),
    ):
        address = reverse("desk:change", args=[digest.week, step])
        page = client.post(address, {"version": digest.version, **fields}, follow=True)
        said = page.content.decode().partition('id="flash"')[2].partition("</section>")[0]
        assert said
        assert VIETNAMESE_ONLY.search(said.partition("<main")[0]) is None, (step, said[:300])


def test_every_reason_has_words_in_both_languages(home: None) -> None:
    assert set(picking.WORDS) == set(Code)
    values = {
        "score": 87, "sector": "y-te", "outlet": "baomot", "commune": "Ta Van", "limit": 3,
        "what": list(picking.WHAT), "by": 7,
    }  # fmt: skip
    why = [{"code": code, **values} for code in Code]
    here = picking.in_words(why, "Person", reference(), {7: "Anna"})
    assert "Điểm 87; cao nhất lĩnh vực Y tế" in here
    with translation.override("en"):
        there = picking.in_words(why, "Person", reference(), {7: "Anna"})
    assert VIETNAMESE_ONLY.search(there.replace("Báo Một", "")) is None, there
    assert there.count("; ") == len(Code) - 1
