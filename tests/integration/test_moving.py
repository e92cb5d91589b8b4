"""From SQLite to PostgreSQL: everything arrives, or nothing does."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from pipeline.operate import moving
from pipeline.operate.moving import Moved, MoveFailed, move
from pipeline.store.due import write_parts
from pipeline.store.models import Article, Page, Story
from tests import postgres
from tests.factories import NOW, make_story
from tests.publishing import approved_edition, subscriber

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.own_database,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="it moves away from SQLite"),
]


@pytest.fixture(scope="session")
def migrated(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Made once: the tables alone take seconds."""
    with postgres.server() as server, postgres.database(server) as address:
        with django_db_blocker.unblock():
            moving._connect(address)
            call_command("migrate", database=moving.TARGET, verbosity=0)
            forget()
        yield address


def forget() -> None:
    if moving.TARGET in connections.settings:
        connections[moving.TARGET].close()
        del connections[moving.TARGET]
        del connections.settings[moving.TARGET]


@pytest.fixture
def target(migrated: str, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    # Django's tests refuse databases that their settings do not name.
    refusing = inspect.getclosurevars(BaseDatabaseWrapper.ensure_connection).nonlocals
    allowing = refusing["real_ensure_connection"]
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", allowing)
    with postgres.database(migrated) as address:
        yield address
    forget()


@pytest.fixture
def filled(home: object) -> None:
    approved_edition(3)
    story = make_story(outlets=["baomot", "baohai"])
    body = "Bảy con lợn đen \x00 \ud83d".encode("utf-8", "surrogatepass")
    page = Page.objects.create(
        canonical_url="http://bao.example/1",
        sha256="0" * 64,
        source="baomot",
        url="http://bao.example/1",
        fetched_at=NOW,
        seen_at=NOW,
        status=200,
        headers={"Z": "1", "a": ["b", 0.1, None, True]},
        body_z=Page.compress(body),
    )
    Article.objects.filter(story=story).update(page=page)
    subscriber("hoa")
    write_parts("judge", NOW, [{"version": "x", "end": None}])


def test_every_table_arrives_with_the_same_count_and_hash(filled: None, target: str) -> None:
    moved = {each.table: each for each in move(target)}
    assert moved["store_article"].rows == Article.objects.count()
    for model in apps.get_models(include_auto_created=True):
        assert moved[model._meta.db_table].rows == model._base_manager.count(), model
        (there,) = postgres.ask(target, f'SELECT count(*) FROM "{model._meta.db_table}"')
        assert there == (model._base_manager.count(),), model
    assert sum(each.rows > 0 for each in moved.values()) >= 15
    (title,) = postgres.ask(target, "SELECT title FROM store_story ORDER BY id LIMIT 1")
    assert title == (Story.objects.order_by("pk")[0].title,)
    # The next row there gets a key that is free.
    assert postgres.ask(target, "SELECT nextval(pg_get_serial_sequence('store_story', 'id'))") == [
        (Story.objects.order_by("-pk")[0].pk + 1,)
    ]
    # The trail stays append-only there.
    with pytest.raises(Exception, match="append-only"):
        postgres.ask(target, "DELETE FROM store_auditentry")


def test_what_is_there_is_never_mixed_with(filled: None, target: str) -> None:
    move(target)
    with pytest.raises(MoveFailed, match="empty database"):
        move(target)


def test_a_row_that_postgres_cannot_hold_stops_all_and_is_named(filled: None, target: str) -> None:
    article = Article.objects.order_by("pk")[0]
    Article.objects.filter(pk=article.pk).update(author="x\0y")
    with pytest.raises(
        MoveFailed, match=rf"store_article, at or before the row {article.pk}:.*NUL"
    ):
        move(target)
    assert postgres.ask(target, "SELECT count(*) FROM store_story") == [(0,)]
    Article.objects.filter(pk=article.pk).update(author="á" * 201)  # SQLite does not count
    with pytest.raises(MoveFailed, match=r"store_article.*too long"):
        move(target)
    Article.objects.filter(pk=article.pk).update(author="x")
    assert move(target)


def test_a_difference_undoes_all(
    filled: None, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = moving._rows

    def one_lost(model: type, alias: str, fields: list[object]) -> Iterator[tuple[object, ...]]:
        given = rows(model, alias, fields)  # type: ignore[arg-type]
        if model is Story and alias == moving.TARGET:
            next(given)
        return given

    monkeypatch.setattr(moving, "_rows", one_lost)
    seen: list[Moved] = []
    with pytest.raises(MoveFailed, match=r"store_story: 4 rows .* 3 .* arrived"):
        move(target, seen.append)
    assert seen
    assert postgres.ask(target, "SELECT count(*) FROM store_article") == [(0,)]


def test_only_to_postgres(tmp_path: Path) -> None:
    with pytest.raises(MoveFailed, match="no PostgreSQL"):
        move(f"sqlite:///{tmp_path}/x.sqlite3")
    with pytest.raises(MoveFailed, match="no PostgreSQL") as wrong:
        move("postgres://ai:mat-khau/la@may:5432/x")
    assert "mat-khau" not in str(wrong.value)
    assert connection.vendor == "sqlite"
