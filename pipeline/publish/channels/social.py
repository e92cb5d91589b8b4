"""What the social channels share: dry runs that show exactly what would be posted, links with the
parameters of a campaign, hashtags."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels.base import Receipt, Send
from pipeline.publish.files import write

DRY_RUN = "Chạy thử"
"""Begins the detail of a delivery that reached nobody."""


@contextmanager
def dry_run(
    home: Home,
    content: EditionContent,
    name: str,
    text: Callable[[], str],
    request: Callable[[], Mapping[str, Any]] = dict,
) -> Iterator[Send]:
    """Writes ``output/social/<edition>/<name>.txt`` for people and, of ``request``, ``.json``: the
    very fields that the API would be given. Sends nothing. Each recipient has its own file."""
    folder = home.output_dir / "social" / str(content.number)

    def send(recipient: str) -> Receipt:
        path = folder / (f"{name}-{recipient}.txt" if recipient else f"{name}.txt")
        write(path, text().encode())
        if fields := request():
            shown = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
            write(path.with_suffix(".json"), shown.encode())
        return Receipt(detail=f"{DRY_RUN}: {path.relative_to(home.root)}")

    yield send


def campaign_link(office: Office, content: EditionContent, channel: str) -> str:
    """The edition's page, with the parameters by which statistics tell channels and editions apart
    (nothing about the reader). Begins with ``links.digest``, by which our posts are known."""
    parameters = {
        "utm_source": channel,
        "utm_medium": "social",
        "utm_campaign": f"so-{content.number}",
    }
    return f"{links.digest(office, content.number)}?{urlencode(parameters)}"


def hashtag(name: str) -> str:
    """``Chuyển đổi số`` → ``#ChuyenDoiSo``: no spaces, no diacritics, as people type them."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    words = re.findall(r"[A-Za-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    return "#" + "".join(word[:1].upper() + word[1:] for word in words)


def hashtags(content: EditionContent, limit: int, longest: int = 30) -> list[str]:
    """At most ``limit``, the most frequent first: campaigns with short names, then sectors."""
    names: dict[str, int] = {}
    for item in content.items:
        for weight, name in [(2, campaign.name) for campaign in item.campaigns] + [
            (1, item.sector_name)
        ]:
            if name:
                names[name] = names.get(name, 0) + weight
    tags = [hashtag(name) for name in sorted(names, key=lambda name: (-names[name], name))]
    short = [tag for tag in dict.fromkeys(tags) if 1 < len(tag) <= longest]
    return ["#NguoiTotViecTot", *short][:limit]
