"""The page's own parts: where title, text and introduction stand, by selectors or by rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block, read_blocks
from pipeline.extract.body import Body, read_body
from pipeline.extract.chrome import Zones
from pipeline.extract.container import find_container
from pipeline.extract.introduction import find_sapo
from pipeline.extract.metadata import Metadata
from pipeline.extract.published import completed
from pipeline.extract.selecting import Chosen
from pipeline.extract.title import Title, find_title, guess_title


@dataclass(frozen=True, slots=True)
class Reading:
    blocks: Sequence[Block]
    """Of the whole page, or of the stretch that the selectors leave to be read."""
    zones: Zones
    title: Title | None
    containers: Sequence[HtmlElement]
    body: Body
    sapo: str | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found where the text should be."""
        body = self.body
        return not (body.blocks or body.captions or body.has_video or self.sapo)


def read_parts(
    tree: HtmlElement, data: Metadata, chosen: Chosen, *, url: str, now: datetime
) -> Reading:
    """What ``chosen`` holds is taken as it is; only what it lacks is searched for."""
    if chosen.published is not None:
        chosen.published = completed(chosen.published, data, url=url, now=now)
    found = chosen.stretch(tree) if chosen.is_enough else read_blocks(tree)
    blocks, captions, title = chosen.sort(found)
    if title is None:
        bare = Zones(blocks)
        title = find_title(blocks, data, url, bare) or guess_title(blocks, bare, now=now)
    heading = title.block.element if title and title.block else None
    zones = Zones(blocks, protected=heading)
    containers = chosen.bodies
    if not containers and (container := find_container(blocks, zones, title)) is not None:
        containers = [container]
    body = read_body(containers, blocks, zones, title, now=now)
    body.captions = [*captions, *body.captions]
    whole = list(body.blocks)
    sapo = chosen.sapo or find_sapo(blocks, body, data, zones, title)
    if chosen.is_enough and "sapo" in chosen.missed and len(body.blocks) < len(whole):
        # The page fits its selectors and has no introduction: the first paragraph is text.
        body.blocks, sapo = whole, None
    return Reading(blocks, zones, title, containers, body, sapo)
