"""What is not documented does not pass: commands, options, YAML keys, settings."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from babel.messages.pofile import read_po

from pipeline.cli import cli
from tools import reference
from tools.reference_api import api
from tools.reference_metrics import metrics

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
IN_WORDS = {
    "GUONGSANG_SECRET_KEY": "written by `init`",
    "EMAIL_URL": "prints mail to the terminal",
}
"""Defaults of settings that are no value to type."""


def test_the_commands_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "commands.md").read_text("utf-8") == reference.commands()


def test_the_files_page_is_what_the_code_says() -> None:
    assert (DOCS / "reference" / "files.md").read_text("utf-8") == reference.files()


def test_the_api_page_is_what_the_api_says_of_itself() -> None:
    assert (DOCS / "reference" / "api.md").read_text("utf-8") == api(reference.MADE)


def test_the_metrics_page_is_what_is_counted() -> None:
    assert (DOCS / "reference" / "metrics.md").read_text("utf-8") == metrics(reference.MADE)


def test_every_setting_read_is_documented_and_every_documented_one_is_read() -> None:
    read = set()
    for path in (REPOSITORY / "pipeline").rglob("*.py"):
        text = path.read_text("utf-8")
        read |= set(re.findall(r"""env\.\w+\(\s*["']([A-Z][A-Z_]+)["']""", text))
        read |= set(re.findall(r"""environ(?:\.get\(|\[)["'](GUONGSANG_\w+)["']""", text))
    page = (DOCS / "reference" / "settings.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert read == documented


def test_defaults_of_settings_are_those_of_the_code() -> None:
    page = (DOCS / "reference" / "settings.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| (`.+?`|.+?)(?: \||:)", page, re.MULTILINE))
    read = defaults("pipeline/settings.py") | defaults("pipeline/config/variables.py")
    assert len(read) > 20
    assert {name: told[name] for name in read} == read | IN_WORDS


def defaults(module: str) -> dict[str, str]:
    """Of each variable with a literal one, as the page writes it."""
    found = {}
    for call in ast.walk(ast.parse((REPOSITORY / module).read_text("utf-8"))):
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("env."):
            default = next((each.value for each in call.keywords if each.arg == "default"), None)
            if default and not isinstance(default, ast.Name):
                value = ast.literal_eval(default)
                words = str(value).lower() if value is False else str(value)
                found[ast.literal_eval(call.args[0])] = (
                    "none" if value in ("", []) else f"`{words}`"
                )
    return found


def test_links_between_the_documents_lead_somewhere() -> None:
    broken = []
    pages = [*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")]
    for page in pages:
        for target, part in re.findall(
            r"\]\((?!https?:|mailto:)([^)#]*)#?([^)]*)\)", page.read_text("utf-8")
        ):
            file = page.parent / target if target else page
            if not file.exists() or (part and part not in headings(file)):
                broken.append(f"{page.relative_to(REPOSITORY)}: {target}#{part}")
    assert not broken


def headings(page: Path) -> set[str]:
    """As links name them."""
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in found}


def links(page: Path) -> set[str]:
    return set(re.findall(r"\]\((docs/[^)#]+|[A-Z]+)\)", page.read_text("utf-8")))


def test_both_readmes_lead_to_the_same_pages_and_to_every_guide() -> None:
    english, vietnamese = links(REPOSITORY / "README.md"), links(REPOSITORY / "README.vi.md")
    assert english == vietnamese
    guides = {
        str(page.relative_to(REPOSITORY))
        for room in ("howto", "reference", "explanation", ".")
        for page in (DOCS / room).glob("*.md")
    }
    assert guides <= english


def test_the_index_of_decisions_has_each_by_its_title() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    pages = sorted((DOCS / "decisions").glob("0*.md"))
    assert len(pages) > 10
    for page in pages:
        number, _, title = page.read_text("utf-8").partition("\n")[0][2:].partition(". ")
        assert f"| {number} | [{title}]({page.name}) |" in index


def test_the_architecture_page_names_what_is_there() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8")
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]
    layers = " ".join(contracts["importlinter"]["contracts"][0]["layers"])
    rooms = set(re.findall(r"[a-z]+", layers)) - {"pipeline"}
    table = page.partition("## The rooms")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z]+)(?:/|\.py)`", table))
    assert rooms <= named, "a room that the page does not tell of"
    for room in rooms:
        assert any((REPOSITORY / "pipeline" / f"{room}{end}").exists() for end in ("", ".py"))
    to_add = page.partition("## Where to add what")[2]
    paths = re.findall(r"`((?:pipeline|templates|taxonomy)/[^`]*)`", to_add)
    assert len(paths) > 5
    for path in paths:
        assert (REPOSITORY / path.partition("<")[0]).exists(), path


def test_documents_call_only_commands_and_options_that_exist() -> None:
    known = {" ".join(path[1:]): command for path, command in reference.walk(cli, ("guongsang",))}
    wrong = []
    for page in [*DOCS.rglob("*.md"), *REPOSITORY.glob("README*.md")]:
        for line in re.findall(
            r"guongsang ((?:--home \S+ )?[a-z][^`\n|;&]*)", page.read_text("utf-8")
        ):
            words = re.sub(r"^--home \S+ ", "", line).split()
            path = next((n for n in (2, 1) if " ".join(words[:n]) in known), 0)
            if not path:
                continue
            command = known[" ".join(words[:path])]
            options = {option for each in command.params for option in each.opts}
            used = {re.split("[=,.)\\]]", word)[0] for word in words if word.startswith("--")}
            for each in sorted(used - options - {"--help"}):
                wrong.append(f"{page.relative_to(REPOSITORY)}: {line}: {each}")
    assert not wrong


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


def test_every_page_is_found_from_the_index() -> None:
    """By the index itself, or by that of a folder."""
    indexes = [DOCS / "README.md", DOCS / "bench/README.md", DOCS / "decisions/README.md"]
    found = {
        (page.parent / target).resolve()
        for page in indexes
        for target in re.findall(r"\]\(([^):#]+\.md)\)", page.read_text("utf-8"))
    }
    assert set(DOCS.rglob("*.md")) - found == {indexes[0]}
