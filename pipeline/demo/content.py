"""The demo newspapers' articles: one Markdown file each, written for this project.

All people, outlets and events are fictional; communes and provinces are real ones of today's map.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal
from zlib import crc32

from pydantic import Field
from slugify import slugify

from pipeline.config.yamlfile import Strict, parse_yaml
from pipeline.text.clock import VIETNAM

ARTICLES = Path(__file__).parent / "articles"
_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_WHEN = re.compile(r"^(?P<days>[1-9]|10) (?P<hour>\d\d):(?P<minute>\d\d)$")


class Expected(Strict):
    """What a careful reader would say of the article; tests compare the machine with it."""

    exemplar: bool = False
    kind: Literal["individual", "household", "collective", "enterprise", "model", "none"] = "none"
    subject: str = ""
    sectors: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    minor: bool = False


class Front(Strict):
    title: str
    sapo: str = ""
    author: str
    when: str = Field(pattern=_WHEN)
    """``"3 08:05"``: three days before the anchor's day, at 08:05 in Viet Nam."""
    section: str
    image: str = ""
    """Caption of the lead picture; empty: no picture."""
    image_credit: str = ""
    credit: str = ""
    """Where the outlet took the text from, as it prints it: ``Theo Báo Fansipan``."""
    tags: tuple[str, ...] = ()
    story: str = ""
    """Articles that tell one story share this word."""
    expected: Expected = Expected()


@dataclass(frozen=True, slots=True)
class DemoArticle:
    outlet: str
    number: int
    """Stands in the URL, as a CMS would number it; of the slug, so that new articles move none."""
    slug: str
    front: Front
    blocks: tuple[str, ...]
    """Paragraphs; one that begins with ``## `` is a subheading."""

    @property
    def title(self) -> str:
        return self.front.title

    @property
    def section_slug(self) -> str:
        return slugify(self.front.section)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block for block in self.blocks if not block.startswith("## "))

    def published_at(self, anchor: datetime) -> datetime:
        """``when`` counted back from the day of ``anchor`` in Viet Nam; aware."""
        match = _WHEN.match(self.front.when)
        assert match
        day = anchor.astimezone(VIETNAM).replace(
            hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0
        )
        return day - timedelta(days=int(match["days"]))


@cache
def load_articles() -> tuple[DemoArticle, ...]:
    """Every article of every outlet, in the order of their files.

    Raises:
        ConfigError: an article's front matter does not fit ``Front``.
        ValueError: a file has no front matter.
    """
    files = sorted(ARTICLES.glob("*/*.md"))
    return tuple(map(_read, files))


def _read(file: Path) -> DemoArticle:
    match = _FILE.match(file.read_text("utf-8"))
    if not match:
        raise ValueError(f"{file}: an article begins with front matter between two lines of ---")
    blocks = tuple(" ".join(block.split()) for block in match["body"].split("\n\n"))
    return DemoArticle(
        outlet=file.parent.name,
        number=100_000 + crc32(file.stem.encode()) % 900_000,
        slug=file.stem,
        front=parse_yaml(match["front"], Front, str(file)),
        blocks=tuple(filter(None, blocks)),
    )
