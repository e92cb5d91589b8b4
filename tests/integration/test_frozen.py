"""What an approved edition is stays: asked of the model, of bulk calls and of the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from pipeline.publish import corrections
from pipeline.review.identity import settle
from pipeline.store import guarding
from pipeline.store.models import Correction, Digest, Edition, Exemplar, Redaction, Role, User
from tests.factories import NOW, make_user
from tests.publishing import OFFICE, approved_edition, submitted_digest

pytestmark = pytest.mark.django_db


def edition_by(approver: User, digest: Digest, **fields: Any) -> Edition:
    given = {"number": 9, "content": {"corrects": [1]}, "approved_at": NOW, "publish_at": NOW}
    return Edition(digest=digest, approved_by=approver, **given | fields)


def refused(*editions: Edition) -> None:
    for edition in editions:
        with pytest.raises(PermissionDenied, match="four eyes"):
            edition.save()
        with pytest.raises(DatabaseError, match="four eyes"), transaction.atomic():
            Edition.objects.bulk_create([edition])


@pytest.fixture
def editor() -> User:
    return make_user("bientap")


@pytest.fixture
def chief() -> User:
    return make_user("lanhdao", Role.CHIEF)


def exemplar_of(digest: Digest) -> Exemplar:
    story = digest.items.get().story
    settle([story.pk])
    story.refresh_from_db()
    assert story.exemplar is not None
    return story.exemplar


def correction(exemplar: Exemplar, by: User, approver: User | None) -> Correction:
    at = NOW if approver else None
    return Correction.objects.create(
        exemplar=exemplar, kind="wrong", text="Sai", by=by, at=NOW, approved_by=approver,
        approved_at=at,
    )  # fmt: skip


def test_content_that_calls_itself_a_correction_is_no_way_round(editor: User) -> None:
    refused(edition_by(editor, submitted_digest(editor, 1)))


def test_a_correction_lets_only_another_than_its_author_approve(editor: User, chief: User) -> None:
    digest = submitted_digest(chief, 1)  # her own week: only the correction counts here
    found = exemplar_of(digest)
    waiting, approved = correction(found, editor, None), correction(found, editor, chief)
    refused(
        edition_by(chief, digest, correction=waiting),
        edition_by(editor, digest, correction=approved),
    )
    unguarded = Correction.objects.create(
        exemplar=found, kind="wrong", text="Sai", by=chief, at=NOW,
        approved_by=chief, approved_at=NOW, four_eyes=False,
    )  # fmt: skip
    refused(edition_by(chief, digest, correction=unguarded))
    edition_by(chief, digest, correction=approved).save()
    assert Edition.objects.get(number=9).correction == approved


@pytest.mark.parametrize("office_wants_it", [True, False])
def test_the_edition_of_a_correction_says_whether_four_eyes_were_kept(
    office_wants_it: bool, editor: User, chief: User
) -> None:
    out = approved_edition(1)
    out.deliveries.create(channel="portal", state="sent", due_at=NOW)
    by = editor if office_wants_it else chief
    row = corrections.propose(exemplar_of(out.digest), by, NOW, text="Sai")
    office = OFFICE.model_copy(update={"four_eyes": office_wants_it})
    edition = corrections.approve(row, chief, NOW, office)
    assert edition is not None
    assert (edition.correction, edition.four_eyes) == (row, office_wants_it)


@pytest.mark.parametrize(
    "fields",
    [
        {"content": {"title": "Khác"}},
        {"content_hash": "0" * 64},
        {"number": 7},
        {"approved_by": None},
        {"approved_at": NOW + timedelta(days=1)},
        {"four_eyes": False},
    ],
)
def test_no_update_of_what_was_approved(fields: dict[str, Any], chief: User) -> None:
    edition = approved_edition(1)
    if "approved_by" in fields:
        fields = {"approved_by": chief}
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**fields)
    for name, value in fields.items():
        setattr(edition, name, value)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Edition.objects.bulk_update([edition], list(fields))
    with pytest.raises(TypeError, match="frozen"):
        edition.save(update_fields=list(fields))
    edition.refresh_from_db()
    assert all(getattr(edition, name) != value for name, value in fields.items())


def test_when_it_goes_out_may_change() -> None:
    edition = approved_edition(1)
    later = edition.publish_at + timedelta(hours=1)
    Edition.objects.update(publish_at=later)
    edition.refresh_from_db()
    assert edition.publish_at == later


def test_no_delete() -> None:
    edition = approved_edition(1)
    with pytest.raises(TypeError, match="frozen"):
        edition.delete()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Edition.objects.all().delete()
    assert Edition.objects.count() == 1


def test_no_statement_of_sql() -> None:
    approved_edition(1)
    columns = (
        "digest_id, number, content, content_hash, approved_by_id, approved_at, publish_at,"
        " four_eyes"
    )
    again = f"INTO store_edition ({columns}) SELECT {columns} FROM store_edition WHERE true"
    statements = [
        "UPDATE store_edition SET content = '{}'",
        "UPDATE store_edition SET number = number + 1, publish_at = publish_at",
        "DELETE FROM store_edition",
        "TRUNCATE store_edition CASCADE",
        f"INSERT OR REPLACE {again}",
        f"INSERT {again} ON CONFLICT (number) DO UPDATE SET content = '{{}}'",
    ]
    before = Edition.objects.values().get()
    for statement in statements:
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Edition.objects.values().get() == before


def test_the_guard_of_version_0_1_0_gives_way_to_a_redaction() -> None:
    """It refused every change of the words."""
    edition = approved_edition(1)
    older = {
        "sqlite": "CREATE TRIGGER store_edition_no_update BEFORE UPDATE OF number, content"
        " ON store_edition BEGIN SELECT RAISE(ABORT, 'an edition is frozen'); END",
        "postgresql": "CREATE OR REPLACE TRIGGER store_edition_frozen BEFORE UPDATE OF number,"
        " content OR DELETE OR TRUNCATE ON store_edition FOR EACH STATEMENT EXECUTE FUNCTION"
        " store_edition_refuse_change()",
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            cursor.execute("DROP TRIGGER store_edition_no_update")
        cursor.execute(older[connection.vendor])
    guarding.install()
    Redaction.objects.create(edition=edition, content_hash="0" * 64, at=NOW)
    assert Edition.objects.filter(pk=edition.pk).update(content={"items": []}) == 1
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(number=7)
