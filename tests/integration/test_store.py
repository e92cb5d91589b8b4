"""The store on a real database: what the schema itself promises."""

from __future__ import annotations

import os

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pipeline.store.audit import record
from pipeline.store.models import AuditEntry, Page, SourceState

pytestmark = pytest.mark.django_db


def test_the_suite_runs_on_the_database_it_was_asked_to() -> None:
    wanted = {"sqlite": "sqlite", "postgres": "postgresql"}
    assert connection.vendor == wanted[os.environ.get("GUONGSANG_TEST_DB", "sqlite")]


def test_a_raw_page_comes_back_byte_for_byte() -> None:
    body = b"\x00\xff" + "Gương sáng".encode() * 100
    page = Page.objects.create(
        source="a",
        url="http://a.example/1",
        canonical_url="http://a.example/1",
        fetched_at=timezone.now(),
        seen_at=timezone.now(),
        status=200,
        sha256="0" * 64,
        body_z=Page.compress(body),
    )
    page.refresh_from_db()
    assert page.body == body
    assert len(page.body_z) < len(body)


def test_the_audit_trail_only_grows() -> None:
    state = SourceState.objects.create(key="a")
    entry = record("source.slowed", state, actor=None, at=timezone.now(), after={"failures": 3})
    entry.action = "nothing"
    for attempt in (entry.save, entry.delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(TypeError):
        AuditEntry.objects.all().delete()
    with pytest.raises(TypeError):
        AuditEntry.objects.update(action="nothing")
    assert AuditEntry.objects.get().action == "source.slowed"


def test_the_same_bytes_of_a_page_are_kept_once() -> None:
    fields = {
        "source": "a",
        "url": "http://a.example/1",
        "canonical_url": "http://a.example/1",
        "fetched_at": timezone.now(),
        "seen_at": timezone.now(),
        "status": 200,
        "sha256": "0" * 64,
        "body_z": b"",
    }
    Page.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(**fields)
