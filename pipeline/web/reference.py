"""What the configuration files say, for pages: read again only when a file changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.config.sources import Source, load_sources
from pipeline.config.taxonomy import Campaign, Sector, load_taxonomy
from pipeline.digest.names import Names

Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reference:
    sources: Mapping[str, Source]
    sectors: Mapping[str, Sector]
    campaigns: Mapping[str, Campaign]

    def outlet(self, key: str) -> str:
        """Display name of an outlet; its key when sources.yaml no longer has it."""
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


def reference() -> Reference:
    """Raises ``ConfigError`` when a file is missing or faulty."""
    home: Home = settings.HOME
    return _read(home, _stamp(home.sources_file, *sorted(home.taxonomy_dir.glob("*.yaml"))))


def names() -> Names:
    """The same, as the digest and the channels take it."""
    known = reference()
    return Names(
        outlets={key: source.name for key, source in known.sources.items()},
        sectors={slug: sector.name for slug, sector in known.sectors.items()},
        campaigns={slug: campaign.name for slug, campaign in known.campaigns.items()},
    )


def office() -> Office:
    """Raises ``ConfigError`` when ``office.yaml`` is missing or faulty."""
    home: Home = settings.HOME
    return _read_office(home.office_file, _stamp(home.office_file))


def _stamp(*files: Path) -> Stamp:
    return tuple((str(file), file.stat().st_mtime_ns) for file in files if file.exists())


@lru_cache(maxsize=4)
def _read(home: Home, stamp: Stamp) -> Reference:
    taxonomy = load_taxonomy(home.taxonomy_dir)
    return Reference(
        sources={source.key: source for source in load_sources(home.sources_file)},
        sectors={sector.slug: sector for sector in taxonomy.sectors},
        campaigns={campaign.id: campaign for campaign in taxonomy.campaigns},
    )


@lru_cache(maxsize=4)
def _read_office(path: Path, stamp: Stamp) -> Office:
    return load_office(path)
