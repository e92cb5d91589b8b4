"""The office's templates, or ours where it has none of its own."""

from __future__ import annotations

from functools import cache

from django.template import engines
from jinja2 import Environment


def render(template: str, **values: object) -> str:
    """A template of ``templates/``; block tags leave no blank lines, as plain text needs it."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return environment.overlay(trim_blocks=True, lstrip_blocks=True)
