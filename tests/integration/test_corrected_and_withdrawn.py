"""A correction tells stories of several digests at once: it follows when any of them is taken back,
whichever digest it hangs on."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline import review
from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.digest import approval
from pipeline.publish import corrections
from pipeline.publish.amending import amend_due
from pipeline.publish.erasing import erase
from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import carried_by, restore, withdraw
from pipeline.store.models import Digest, DigestItem, Edition, Story, User
from tests.erasing import NAME, holds, where_it_is_named
from tests.factories import NOW, make_story
from tests.homes import make_home
from tests.publishing import later, people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    settings.HOME = make_home(root)
    return make_home(root)


def published(week: str, stories: list[Story], home: Home, at: datetime) -> Edition:
    office, (editor, chief) = load_office(home.office_file), people_once()
    digest = Digest.objects.create(week=week, title=week, drafted_at=at, last_edited_by=editor)
    for position, story in enumerate(stories, start=1):
        DigestItem.objects.create(digest=digest, story=story, position=position)
    approval.submit(digest, editor, at, office=office)
    edition = approval.approve(digest, chief, at, office, publish_at=at)
    publish_due(office=office, home=home, now=at)
    return edition


def people_once() -> tuple[User, User]:
    known = User.objects.order_by("pk")
    return (known[0], known[1]) if len(known) > 1 else people()


def corrected(home: Home) -> Story:
    """Her story, told in the first digest and in a correction that hangs on the second."""
    office, (editor, chief) = load_office(home.office_file), people_once()
    done = {"status": "accepted", "decided_at": NOW}
    hers = make_story(title=f"Chị {NAME} nuôi ong", subject="Lò Văn Hai", **done)
    his = make_story(title="Anh Hai trồng quế", subject="Lò Văn Hai", outlets=["baohai"], **done)
    for story in (hers, his):
        review.accept(story, editor, NOW)
    review.answer(hers, his, editor, NOW, same=True)
    hers.refresh_from_db()
    others = [make_story(title=f"Tin {n}", subject=f"Người {n}", **done) for n in range(2)]
    published("2026-W46", [hers, others[0]], home, NOW)
    published("2026-W47", [his, others[1]], home, later(hours=1))
    assert hers.exemplar
    row = corrections.propose(hers.exemplar, editor, later(hours=2), text="Số liệu chưa đúng.")
    edition = corrections.approve(row, chief, later(hours=3), office)
    assert edition
    assert edition.digest.week == "2026-W47"
    publish_due(office=office, home=home, now=later(hours=3))
    return hers


def told_by(home: Home, number: int) -> set[str]:
    """Files of the edition that name her."""
    files = [*(home.output_dir / "radio").glob(f"{number}.*")]
    files += (home.output_dir / f"social/{number}").glob("*")
    named = [each for each in files if holds(each.read_bytes().decode(errors="replace"))]
    return {each.relative_to(home.output_dir).as_posix() for each in named}


def rounds(home: Home, office: Office, at: datetime) -> None:
    amend_due(office, home, lambda: at, threading.Event())
    publish_due(office=office, home=home, now=at)


def test_what_is_taken_back_leaves_the_correction_too_and_comes_back_with_it(home: Home) -> None:
    hers, office = corrected(home), load_office(home.office_file)
    _editor, chief = people_once()
    assert told_by(home, 3)
    left = withdraw(hers, chief, later(days=1), "", office=office, home=home)
    assert "radio" in left
    rounds(home, office, later(days=1))
    assert told_by(home, 3) == set()
    restore(hers, chief, later(days=2), office=office, home=home)
    rounds(home, office, later(days=2))
    assert "radio/3.txt" in told_by(home, 3)


def test_only_the_correction_is_out(home: Home) -> None:
    """Its own digest never went out on a channel that was switched on later."""
    hers, office = corrected(home), load_office(home.office_file)
    Edition.objects.get(number=1).deliveries.all().delete()
    assert "radio" in carried_by(hers, office)


def test_what_is_erased_leaves_the_correction_too(home: Home) -> None:
    hers, office = corrected(home), load_office(home.office_file)
    erase(hers, None, later(days=1), office=office, home=home)
    rounds(home, office, later(days=1))
    assert where_it_is_named(home) == set()
