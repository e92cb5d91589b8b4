"""``docs/howto/add-a-channel.md`` followed to the letter."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

from pipeline.config.home import Home
from pipeline.publish import rendering
from pipeline.publish.approved import content_of
from pipeline.publish.outbox import publish_due
from tests.factories import NOW
from tests.publishing import OFFICE, approved_edition, use_channels

ROOT = Path(__file__).resolve().parents[2]
HOWTO = (ROOT / "docs/howto/add-a-channel.md").read_text()


def block(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", HOWTO, re.DOTALL)
    assert match
    return match[1]


@pytest.mark.django_db
def test_the_page_adds_a_working_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jinja2 import ChoiceLoader, DictLoader

    environment = rendering._environment()
    added = DictLoader({"channels/bangtin/page.txt": block("jinja")})
    assert environment.loader is not None
    monkeypatch.setattr(environment, "loader", ChoiceLoader([added, environment.loader]))
    module = types.ModuleType("bangtin")
    monkeypatch.setitem(sys.modules, "bangtin", module)
    exec(compile(block("python"), "add-a-channel.md", "exec"), module.__dict__)
    channel = module.NoticeBoard()
    use_channels(monkeypatch, channel)
    edition = approved_edition(2)
    [row] = publish_due(office=OFFICE, home=Home(tmp_path), now=NOW)
    assert (row.channel, row.state) == ("bangtin", "sent")
    text = (tmp_path / "output/bangtin/1.txt").read_text()
    for story in edition.content["items"]:
        assert story["headline"] in text
        assert story["outlet"] in text
        assert story["author"] in text
        assert story["url"] in text
    assert channel.preview(content_of(edition), OFFICE).body == text


def test_every_name_the_page_mentions_exists() -> None:
    for path in re.findall(r"`((?:pipeline|tests)/[\w/.]+\.py)`", HOWTO):
        assert path == "pipeline/publish/channels/bangtin.py" or (ROOT / path).exists(), path
