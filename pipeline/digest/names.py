"""Display names of slugs and keys, read from the home's sources.yaml and taxonomy/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.config.home import Home
from pipeline.config.sources import load_sources
from pipeline.config.taxonomy import load_taxonomy


@dataclass(frozen=True, slots=True)
class Names:
    outlets: Mapping[str, str]
    sectors: Mapping[str, str]
    campaigns: Mapping[str, str]


def load_names(home: Home) -> Names:
    """Read again only when one of the files changed: the whole country's outlets take a second.

    Raises:
        ConfigError: one of the files is missing or faulty.
    """
    files = [home.sources_file, *sorted(home.taxonomy_dir.glob("*.yaml"))]
    stats = [file.stat() for file in files if file.exists()]
    return _read(home, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


@lru_cache(maxsize=2)
def _read(home: Home, stamp: tuple[tuple[int, int], ...]) -> Names:
    taxonomy = load_taxonomy(home.taxonomy_dir)
    return Names(
        outlets={source.key: source.name for source in load_sources(home.sources_file)},
        sectors={sector.slug: sector.name for sector in taxonomy.sectors},
        campaigns={campaign.id: campaign.name for campaign in taxonomy.campaigns},
    )
