"""Display names in Vietnamese of what rows hold by key: papers are Vietnamese whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.config.home import Home
from pipeline.config.reference import load_reference


@dataclass(frozen=True, slots=True)
class Names:
    sectors: Mapping[str, str]
    campaigns: Mapping[str, str]
    outlet: Callable[[str], str]


def names_of(home: Home) -> Names:
    """Raises ``ConfigError`` when a file of the home is faulty."""
    known = load_reference(home)
    return Names(
        {slug: sector.name for slug, sector in known.sectors.items()},
        {slug: campaign.name for slug, campaign in known.campaigns.items()},
        lambda key: known.sources[key].name if key in known.sources else key,
    )
