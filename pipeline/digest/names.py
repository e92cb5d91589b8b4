"""Display names of slugs and keys, read from the home's sources.yaml and taxonomy/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.config.home import Home
from pipeline.config.sources import load_sources
from pipeline.config.taxonomy import load_taxonomy


@dataclass(frozen=True, slots=True)
class Names:
    outlets: Mapping[str, str]
    sectors: Mapping[str, str]
    campaigns: Mapping[str, str]


def load_names(home: Home) -> Names:
    """Raises ``ConfigError`` when one of the files is missing or faulty."""
    taxonomy = load_taxonomy(home.taxonomy_dir)
    return Names(
        outlets={source.key: source.name for source in load_sources(home.sources_file)},
        sectors={sector.slug: sector.name for sector in taxonomy.sectors},
        campaigns={campaign.id: campaign.name for campaign in taxonomy.campaigns},
    )
