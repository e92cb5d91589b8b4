"""What is not documented does not pass: commands, options, YAML keys, settings."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

from tools import reference
from tools.reference_api import api

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"


def test_the_commands_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "commands.md").read_text("utf-8") == reference.commands()


def test_the_files_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "files.md").read_text("utf-8") == reference.files()


def test_the_api_page_is_what_the_api_says_of_itself() -> None:
    assert (DOCS / "reference" / "api.md").read_text("utf-8") == api(reference.MADE)


def test_every_setting_read_is_documented_and_every_documented_one_is_read() -> None:
    read = set()
    for path in (REPOSITORY / "pipeline").rglob("*.py"):
        text = path.read_text("utf-8")
        read |= set(re.findall(r"""env\.\w+\(\s*["']([A-Z][A-Z_]+)["']""", text))
        read |= set(re.findall(r"""environ(?:\.get\(|\[)["'](GUONGSANG_\w+)["']""", text))
    page = (DOCS / "reference" / "settings.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert read == documented


def test_links_between_the_documents_lead_somewhere() -> None:
    broken = []
    pages = [*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(REPOSITORY)}: {target}")
    assert not broken


def test_the_handbook_quotes_the_screens() -> None:
    """Its words in italics are words of the interface, as they are written there."""
    catalogue = REPOSITORY / "pipeline/web/locale/en/LC_MESSAGES/django.po"
    with catalogue.open("rb") as file:
        messages = {str(each.id) for each in read_po(file) if isinstance(each.id, str)}
    page = (DOCS / "so-tay-bien-tap-vien.md").read_text("utf-8")
    quoted = set(re.findall(r"(?<!\*)\*([^*|]+?)\*(?!\*)", page)) - {"nghiêng", "căn cứ"}
    quoted = {" ".join(each.split()) for each in quoted}
    assert len(quoted) > 30
    assert {each for each in quoted if each not in messages} == set()
