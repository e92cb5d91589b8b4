"""Replica pages of the content systems that Vietnamese provincial outlets run on.

Mark-up after what is publicly known of each; all text is ours, all people are invented. A page is
one article of ``articles.yaml`` in one template, with the distractions real pages have: header
clocks, hotlines, licence dates, lists of other articles with their own dates, share bars, prompts.
The pages in ``whole/`` are each written by hand with the truth beside it, before the rules were
looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

FOLDER = Path(__file__).parent / "fixtures" / "cms"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
FAMILIES = sorted(
    path.name.removesuffix(".html.j2")
    for path in FOLDER.glob("*.html.j2")
    if not path.name.startswith("_")
)
UNDESCRIBED = frozenset({"tv_station"})
"""Families that print the introduction as the first paragraph of the text."""


@dataclass(frozen=True)
class Page:
    family: str
    html: str
    url: str
    article: dict[str, Any]

    @property
    def text(self) -> str:
        nodes = [n if isinstance(n, str) else next(iter(n.values())) for n in self.article["body"]]
        if self.family in UNDESCRIBED:
            nodes.insert(0, self.article["sapo"])
        return "\n".join(nodes)

    @property
    def published(self) -> datetime:
        return datetime.fromisoformat(self.article["published"])


@cache
def articles() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((FOLDER / "articles.yaml").read_text("utf-8")))


@cache
def pages() -> tuple[Page, ...]:
    """Every article in every family."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER))
    found = []
    for family in FAMILIES:
        template = environment.get_template(f"{family}.html.j2")
        for number, article in enumerate(articles()):
            moment = datetime.fromisoformat(article["published"])
            html = template.render(
                a=article, d=moment, utc=moment.astimezone(UTC), wd=WEEKDAYS[moment.weekday()]
            )
            path = f"xa-hoi/{article['slug']}-{number + 10234}.html"
            if family in ("aspx_portal", "tv_station"):
                path = f"Chitiet.aspx?id={number}"
            url = f"https://{family.replace('_', '-')}.example.vn/{path}"
            found.append(Page(family, html, url, article))
    return tuple(found)


@dataclass(frozen=True)
class WholePage:
    """A page written by hand. ``truth``: title, sapo, author, published, credit, syndicated, tags,
    captions, body (paragraphs); what it does not name is null or empty. Some name ``image``,
    ``modified`` and ``language`` too; ``titled_by_name``: only a class tells the headline."""

    name: str
    html: str
    truth: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(self.truth["body"])


@cache
def whole_pages() -> tuple[WholePage, ...]:
    return tuple(
        WholePage(
            path.stem,
            path.with_suffix(".html").read_text("utf-8"),
            yaml.safe_load(path.read_text("utf-8")),
        )
        for path in sorted((FOLDER / "whole").glob("*.yaml"))
    )
