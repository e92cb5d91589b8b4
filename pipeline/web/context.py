from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from pipeline.config.yamlfile import ConfigError
from pipeline.text.clock import utc_now
from pipeline.web import reference


def office(request: HttpRequest) -> dict[str, Any]:
    """What every page shows of the office. ``office`` is None while office.yaml is faulty, so that
    the page that says so can still be drawn."""
    try:
        current = reference.office()
    except ConfigError:
        current = None
    return {"office": current, "language": get_language(), "now": utc_now()}
