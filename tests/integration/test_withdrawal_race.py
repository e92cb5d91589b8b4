"""Putting a story back while somebody erases it."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Thread

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from pipeline.publish.withdrawal import restore, withdraw
from pipeline.store.models import Erasure, Restoration, Story, Withdrawal
from tests.factories import make_user
from tests.homes import make_home
from tests.publishing import OFFICE, approved_edition, later

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]
PATIENCE = 30.0


def test_what_is_being_erased_is_not_put_back(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)
    edition, by = approved_edition(1), make_user("nguoiduyet")
    story = Story.objects.get(public_id=edition.content["items"][0]["public_id"])
    withdraw(story, None, later(hours=1), "xin gỡ", office=OFFICE, home=settings.HOME)
    done: list[bool] = []

    def put_back() -> None:
        try:
            done.append(restore(story, by, later(hours=2), office=OFFICE, home=settings.HOME))
        finally:
            connection.close()

    other = Thread(target=put_back)
    with transaction.atomic():  # as erasing holds it
        Story.every.select_for_update().get(pk=story.pk)
        other.start()
        until_somebody_waits()
        Erasure.objects.create(story=story, at=later(hours=2), by=by)
    other.join(PATIENCE)
    assert done == [False]
    assert Withdrawal.objects.filter(story=story).exists()
    assert not Restoration.objects.exists()


def until_somebody_waits() -> None:
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.05)
