"""Print: PDF and pictures from the Typst templates of ``templates/``.

The fonts come with the program and the system's are not looked at, so that the same content gives
the same bytes everywhere. A template is given data, never text to read as its own code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.template import engines

FONTS = Path(__file__).with_name("fonts")


def pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """``data``: what ``json`` can write. ``at``: when the document says it was made.

    Raises:
        typst.TypstError: the template (an office may have its own) is faulty.
    """
    made = _compiler(data).compile(
        _source(template), format="pdf", timestamp=at.replace(microsecond=0)
    )
    assert isinstance(made, bytes)
    return made


def pictures(template: str, data: Mapping[str, Any], dots_an_inch: float) -> list[bytes]:
    """Each page as PNG. Raises as ``pdf``."""
    made = _compiler(data).compile(_source(template), format="png", ppi=dots_an_inch)
    return [made] if isinstance(made, bytes) else list(made or ())


def qr(address: str) -> str:
    """An SVG picture of a QR code that 15 % damage leaves readable (level M), without its margin
    of four modules."""
    out = BytesIO()
    segno.make(address, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=0, xmldecl=False
    )
    return out.getvalue().decode()


def _compiler(data: Mapping[str, Any]) -> typst.Compiler:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.Compiler(root=str(FONTS), font_paths=_fonts(), sys_inputs=inputs)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _source(template: str) -> bytes:
    """An office's own template goes before the shipped one, as for those of Jinja."""
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    source: str = environment.loader.get_source(environment, template)[0]
    return source.encode()
