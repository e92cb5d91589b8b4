"""A disk that is full while publishing: nothing half written is shown, all goes out once, later."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.home import Home
from pipeline.publish.channels.portal import folder_of
from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import journal_of, withdraw
from pipeline.store import journal
from pipeline.store.models import Delivery, Story, User
from tests.publishing import OFFICE, approved_edition, later

pytestmark = pytest.mark.django_db


def fill(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """No room for what comes after so many files."""
    sync, count = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)


def left_over(home: Home) -> list[Path]:
    return list(home.output_dir.rglob("*.tmp"))


@pytest.mark.parametrize("after", [0, 3, 12])
def test_pages_wait_and_all_that_links_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    home = Home(tmp_path)
    approved_edition(1)
    with monkeypatch.context() as patch:
        fill(patch, after)
        publish_due(office=OFFICE, home=home, now=later(minutes=0))
    states = dict(Delivery.objects.values_list("channel", "state"))
    assert set(states.values()) == {"planned"}
    assert "No space left" in Delivery.objects.get(channel="portal").detail
    assert not (folder_of(home) / "index.html").exists(), "what lists the rest comes last"
    assert left_over(home) == []
    publish_due(office=OFFICE, home=home, now=later(minutes=2))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_story_is_withdrawn_all_the_same_and_its_pages_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    edition = approved_edition(1)
    publish_due(office=OFFICE, home=home, now=later(minutes=0))
    story = Story.objects.get(public_id=edition.content["items"][0]["public_id"])
    page = folder_of(home) / "index.html"
    assert story.headline in page.read_text()
    by: Any = User.objects.get(username="thuha")
    with monkeypatch.context() as patch:
        fill(patch, 0)
        with pytest.raises(OSError, match="No space left"):
            withdraw(story, by, later(minutes=1), "Sai", office=OFFICE, home=home)
    publish_due(office=OFFICE, home=home, now=later(minutes=2))
    assert story.headline not in page.read_text()
    withdraw(story, by, later(minutes=3), "Sai", office=OFFICE, home=home)  # as rounds repeat it
    noted = [line["public_id"] for line in journal.lines(journal_of(home))]
    assert noted == [str(story.public_id)], "once"
