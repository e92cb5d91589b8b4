"""What is not documented does not pass: commands, options, YAML keys, settings."""

from __future__ import annotations

import re
from pathlib import Path

from tools import reference

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"


def test_the_commands_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "commands.md").read_text("utf-8") == reference.commands()


def test_the_files_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "files.md").read_text("utf-8") == reference.files()


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
