"""Every Vietnamese text of the interface has its English one, and the compiled file is current."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "pipeline/web/locale/en/LC_MESSAGES/django.po"
REMEDY = "run `make messages`, fill in django.po, run it again"


@pytest.fixture(scope="module")
def english() -> dict[object, object]:
    with CATALOG.open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="en") if message.id}


def test_every_text_is_translated_and_none_is_left_over(english: dict[object, object]) -> None:
    methods, options = parse_mapping_cfg(io.StringIO((ROOT / "babel.cfg").read_text("utf-8")))
    keywords = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "gettext_noop": None}
    found = {message[2] for message in extract_from_dir(ROOT, methods, options, keywords=keywords)}
    assert found == set(english), REMEDY
    empty = [
        text
        for text, string in english.items()
        if not (all(string) if isinstance(string, tuple) else string)
    ]
    assert empty == [], REMEDY


def test_placeholders_survive_translation(english: dict[object, object]) -> None:

    holes = re.compile(r"%(?:\(\w+\))?[sd]")
    for text, string in english.items():
        texts = text if isinstance(text, tuple) else (text,)
        strings = string if isinstance(string, tuple) else (string,)
        for one in strings:
            assert sorted(holes.findall(str(one))) == sorted(holes.findall(texts[0])), texts


def test_the_compiled_file_is_what_the_catalogue_says(english: dict[object, object]) -> None:
    with CATALOG.with_suffix(".mo").open("rb") as file:
        compiled = {_frozen(entry.id): _frozen(entry.string) for entry in read_mo(file) if entry.id}
    assert compiled == english, REMEDY


def _frozen(text: object) -> object:
    return tuple(text) if isinstance(text, list) else text
