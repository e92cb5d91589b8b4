"""What the dry-run social channels share: a text file that shows exactly what would be posted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.config.home import Home
from pipeline.digest.content import EditionContent
from pipeline.publish.channels.base import Receipt, Send
from pipeline.publish.files import write

DRY_RUN = "Chạy thử"
"""Begins the detail of a delivery that reached nobody."""


@contextmanager
def dry_run(
    home: Home, content: EditionContent, name: str, text: Callable[[], str]
) -> Iterator[Send]:
    """Writes ``output/social/<edition>/<name>.txt`` and sends nothing."""
    path = home.output_dir / "social" / str(content.number) / f"{name}.txt"

    def send(recipient: str) -> Receipt:
        write(path, text().encode())
        return Receipt(detail=f"{DRY_RUN}: {path.relative_to(home.root)}")

    yield send


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
