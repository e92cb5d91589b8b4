"""Each role at each address of the desk, asked over HTTP: what is shut to it answers 403.

What only digests' own rules refuse (``desk:change``) answers with a page that says why, and has its
tests beside those rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from pipeline.store.models import Role
from pipeline.web.desk.accounts import people
from pipeline.web.desk.register import profile as register_profile
from pipeline.web.desk.triage import deciding
from pipeline.web.desk.urls import urlpatterns
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
OPEN = {"login", "logout", "code", "invitation"}
GIVEN: dict[str, Any] = {
    "public_id": "00000000-0000-0000-0000-000000000000",
    "week": "2026-W47",
    "quarter": "2026Q3",
    "channel": "portal",
    "decision": "resend",
    "name": "sector",
    "which": "accepted",
    "batch": "00000000-0000-0000-0000-000000000000",
}
STEPS = {"decide": deciding.STEPS, "change_person": people.STEPS}
STEPS["change_exemplar"] = tuple(register_profile.STEPS)
ADMINS = {"people", "add_person", "person", "change_person"}
APPROVERS = {
    *("restore", "publish_now", "delivery", "amendment", "audit", "audit_csv"),
    *("erase_request", "erase_story", "approve_correction"),
}
EDITORS = {
    *("edit", "findings", "handle_withdrawal", "withdraw", "merge", "split", "identity"),
    *("decide", "draft", "settle_doubted", "decide_many", "undo_many", "bring_back"),
    *("undo_many_from_history",),
    *("requests", "request", "handle_request", "link_request", "attachment"),
}
SHUT = {
    Role.ADMIN: set(),
    Role.CHIEF: ADMINS,
    Role.EDITOR: ADMINS | APPROVERS,
    Role.BOARD: ADMINS | APPROVERS | EDITORS,
}


def addresses() -> Iterator[tuple[str, str]]:
    """Name and address of every page and act that asks for a log-in."""
    for each in urlpatterns:
        assert isinstance(each, URLPattern)
        name = str(each.name)
        converters = each.pattern.converters
        for step in STEPS.get(name, ("move",)) if name not in OPEN else ():
            values = {**GIVEN, "step": step}
            yield (
                name,
                reverse(f"desk:{name}", kwargs={k: values.get(k, 999999) for k in converters}),
            )


@pytest.mark.parametrize("role", list(Role))
def test_what_is_shut_to_a_role_is_shut_at_its_address(client: Client, role: Role) -> None:
    client.force_login(make_user("ai", role))
    shut: set[str] = set()
    restricted = ADMINS | APPROVERS | EDITORS
    for name, address in addresses():
        if role != Role.BOARD and name not in restricted:
            continue  # open to the most restricted role
        statuses = {client.get(address).status_code, client.post(address).status_code}
        if 403 in statuses:
            assert statuses <= {403, 405}, address
            shut.add(name)
    assert shut == SHUT[role]


def test_every_address_asks_a_stranger_for_a_log_in(client: Client) -> None:
    for _name, address in addresses():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 405 or "/desk/login/" in answer["Location"], address
