"""Display names of slugs and keys, as a frozen edition keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from pipeline.config.home import Home
from pipeline.config.reference import load_reference


@dataclass(frozen=True, slots=True)
class Names:
    outlets: Mapping[str, str]
    sectors: Mapping[str, str]
    campaigns: Mapping[str, str]
    photos: Set[str] = frozenset()
    """Keys of outlets that agreed to have their photos published."""


def load_names(home: Home) -> Names:
    """Raises ``ConfigError`` when sources.yaml or taxonomy/ is missing or faulty."""
    known = load_reference(home)
    return Names(
        outlets={key: source.name for key, source in known.sources.items()},
        sectors={slug: sector.name for slug, sector in known.sectors.items()},
        campaigns={slug: campaign.name for slug, campaign in known.campaigns.items()},
        photos={
            key
            for key, source in known.sources.items()
            if source.agreement and source.agreement.photos
        },
    )
