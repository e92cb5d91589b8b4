"""What the home's files say, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.config.reference import Reference, load_reference
from pipeline.config.sources import Source
from pipeline.config.taxonomy import Campaign, HypeGroup, Sector


class Words:
    """Display names for pages; a key or slug that the files no longer have is its own name."""

    def __init__(self, known: Reference) -> None:
        self.sources: Mapping[str, Source] = known.sources
        self.sectors: Mapping[str, Sector] = known.sectors
        self.campaigns: Mapping[str, Campaign] = known.campaigns
        self.hype: tuple[HypeGroup, ...] = known.hype

    def outlet(self, key: str) -> str:
        source = self.sources.get(key)
        return source.name if source else key

    def sector(self, slug: str) -> str:
        sector = self.sectors.get(slug)
        if sector is None:
            return slug
        return sector.name_en if get_language() == "en" else sector.name

    def campaign(self, slug: str) -> str:
        campaign = self.campaigns.get(slug)
        return campaign.name if campaign else slug


def reference() -> Words:
    """Raises ``ConfigError`` when a file is missing or faulty."""
    return Words(load_reference(settings.HOME))


def office() -> Office:
    """Raises ``ConfigError`` when ``office.yaml`` is missing or faulty."""
    home: Home = settings.HOME
    file = home.office_file
    return _read_office(file, file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=4)
def _read_office(path: Path, modified: int) -> Office:
    return load_office(path)
