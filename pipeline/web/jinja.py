"""The Jinja2 environment of the desk and the public pages."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from pipeline.text import format as vietnamese


def environment(**options: Any) -> Environment:
    env = Environment(  # noqa: S701 - Django's backend passes autoescape=True in options
        **{"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"], **options}
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    env.globals.update(static=static, url=reverse, get_language=translation.get_language)
    env.filters.update(
        date=vietnamese.date,
        time=vietnamese.time,
        date_time=vietnamese.date_time,
        relative=vietnamese.relative,
        number=vietnamese.number,
        percent=vietnamese.percent,
    )
    return env
