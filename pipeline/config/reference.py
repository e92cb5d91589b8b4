"""What sources.yaml and taxonomy/ say, for processes that live long: read again only when a file
changes, because the whole country's outlets take a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.config.home import Home
from pipeline.config.sources import Source, load_sources
from pipeline.config.taxonomy import Campaign, HypeGroup, Sector, load_taxonomy


@dataclass(frozen=True, slots=True)
class Reference:
    sources: Mapping[str, Source]
    """By key."""
    sectors: Mapping[str, Sector]
    campaigns: Mapping[str, Campaign]
    hype: tuple[HypeGroup, ...]


def load_reference(home: Home) -> Reference:
    """Raises ``ConfigError`` when a file is missing or faulty."""
    files = [home.sources_file, *sorted(home.taxonomy_dir.glob("*.yaml"))]
    stats = [file.stat() for file in files if file.exists()]
    return _load(home, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


@lru_cache(maxsize=2)
def _load(home: Home, stamp: tuple[tuple[int, int], ...]) -> Reference:
    taxonomy = load_taxonomy(home.taxonomy_dir)
    return Reference(
        sources={source.key: source for source in load_sources(home.sources_file)},
        sectors={sector.slug: sector for sector in taxonomy.sectors},
        campaigns={campaign.id: campaign for campaign in taxonomy.campaigns},
        hype=taxonomy.hype,
    )
