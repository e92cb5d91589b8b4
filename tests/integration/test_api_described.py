"""The JSON API keeps to its own description, whatever it is asked (schemathesis).

``make api`` searches longer than every commit can.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from pipeline.config.home import Home
from pipeline.publish.outbox import publish_due
from pipeline.web.public.api import PerAddress
from pipeline.web.wsgi import application
from tests.factories import NOW
from tests.publishing import OFFICE, approved_edition

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]
DESCRIPTION = "/portal/api/v1/openapi.json"


@pytest.fixture
def described(home: Home, monkeypatch: pytest.MonkeyPatch) -> Any:
    approved_edition(3)
    publish_due(office=OFFICE, home=home, now=NOW)
    monkeypatch.setattr(PerAddress, "allow_request", lambda self, request: True)
    return schemathesis.openapi.from_wsgi(DESCRIPTION, application)


def test_it_answers_as_described_whatever_it_is_asked(described: Any) -> None:
    answered: set[int] = set()
    for operation in described.get_all_operations():

        @settings(
            max_examples=max(10, settings().max_examples // 10),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.ok().as_strategy())
        def ask(case: Any) -> None:
            answer = case.call()
            answered.add(answer.status_code)
            case.validate_response(answer)

        ask()
    assert 200 in answered
