"""``taxonomy/``: sectors, campaigns and cues, edited by people, checked like ``sources.yaml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import Field, StringConstraints, model_validator

from pipeline.config.yamlfile import ConfigError, Fault, Strict, load_yaml
from pipeline.text.fold import fold, nfc

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Phrase = Annotated[str, StringConstraints(min_length=2, max_length=120)]
Phrases = tuple[Phrase, ...]


class Sector(Strict):
    """A field of work. Phrases are matched whole, without regard to case or tone placement."""

    slug: Slug
    """Its name in data; never change one that is in use."""
    name: str
    """In Vietnamese, as shown."""
    name_en: str
    """In English, as shown."""
    about: str = ""
    """What belongs to it, for the people who tag."""
    strong: Phrases = ()
    """Phrases that nearly decide it alone."""
    medium: Phrases = ()
    """Phrases of which two or three decide it."""
    weak: Phrases = ()
    """Phrases that only help others."""
    against: Phrases = ()
    """Phrases of news that looks like the sector but is not work done in it."""


class SubjectGroup(Strict):
    """Whom a story is about (farmers, women, youth): an axis of its own, never a sector."""

    slug: Slug
    """Its name in data."""
    name: str
    """In Vietnamese, as shown."""
    name_en: str
    """In English, as shown."""
    phrases: Phrases = ()
    """Wording that names such people."""


class Campaign(Strict):
    """An emulation movement, drive or national programme, valid between two dates."""

    id: Slug
    """Its name in data; never change one that is in use."""
    name: str
    """The official name."""
    kind: Literal[
        "movement",
        "drive",
        "programme",
        "project",
        "plan",
        "directive",
        "contest",
        "slogan",
        "spurt",
    ] = "movement"
    """What it is in law: movement (phong trào), drive (cuộc vận động), programme, …"""
    authority: str = ""
    """Who launched it."""
    legal_basis: str = ""
    """The document that launched it."""
    valid_from: date | None = None
    """First valid day; absent: since ever."""
    valid_to: date | None = None
    """Last valid day; absent: still running."""
    province: str | None = None
    """Today's province of a local campaign; absent: national."""
    aliases: Phrases = ()
    """Names: one is enough to assert the campaign."""
    practice: Phrases = ()
    """Wording that unmistakably carries it out: enough when central to the article."""
    hints: Phrases = ()
    """Wording that also occurs without the campaign: never enough alone."""
    sectors: tuple[Slug, ...] = ()
    """Sectors it mostly belongs to."""
    replaced_by: Slug | None = None
    """The campaign that carries it on."""

    @model_validator(mode="after")
    def _period(self) -> Campaign:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(
                f"valid_from {self.valid_from} is after valid_to {self.valid_to} → swap them"
            )
        return self

    def valid_on(self, day: date | None) -> bool:
        """Whether an article of ``day`` can belong to it; an undated article always can."""
        if day is None:
            return True
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


Role = Literal[
    "award", "praise", "virtue", "deed", "result", "narrative",
    "document", "meeting", "leadership", "appeal", "crime", "accident",
    "sport", "service", "advert", "obituary", "foreign", "event",
]  # fmt: skip


class CueGroup(Strict):
    """Phrases that speak for (positive weight) or against an exemplar story."""

    slug: Slug
    """Its name in data."""
    role: Role
    """What its phrases are a sign of."""
    weight: float = Field(ge=-5, le=5)
    """How much they speak for (positive) or against an exemplar story."""
    phrases: Annotated[Phrases, Field(min_length=1)]
    """The wording."""


class HypeGroup(Strict):
    """Wording to calm down before publishing, and what to write instead."""

    slug: Slug
    """Its name in data."""
    level: Literal["high", "medium", "low"]
    """How much it exaggerates."""
    suggestion: str
    """What to write instead."""
    phrases: Annotated[Phrases, Field(min_length=1)]
    """The wording."""


class GuardGroup(Strict):
    """Wording that makes an editor look twice before publishing."""

    slug: Literal["minor", "health", "poverty", "advert", "syndicated"]
    """The flag it raises."""
    phrases: Annotated[Phrases, Field(min_length=1)]
    """The wording."""


class SectorFile(Strict):
    sectors: tuple[Sector, ...]
    """The sectors (lĩnh vực)."""
    subject_groups: tuple[SubjectGroup, ...] = ()
    """The subject groups (đối tượng)."""


class CampaignFile(Strict):
    campaigns: tuple[Campaign, ...]
    """The emulation movements and drives."""


class CueFile(Strict):
    cues: tuple[CueGroup, ...]
    """Signs for and against an exemplar story."""
    hype: tuple[HypeGroup, ...] = ()
    """Exaggeration (cường điệu)."""
    guards: tuple[GuardGroup, ...] = ()
    """What makes an editor look twice."""


class Taxonomy(Strict):
    sectors: tuple[Sector, ...]
    subject_groups: tuple[SubjectGroup, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    cues: tuple[CueGroup, ...] = ()
    hype: tuple[HypeGroup, ...] = ()
    guards: tuple[GuardGroup, ...] = ()


class _Phrased(Protocol):
    @property
    def phrases(self) -> Phrases: ...


def load_taxonomy(directory: Path) -> Taxonomy:
    """Read ``sectors.yaml``, ``campaigns.yaml`` and ``cues.yaml`` of ``directory``.

    Raises:
        ConfigError: a file is missing or faulty, a slug is given twice, or a campaign names a
            sector or a successor that does not exist.
    """
    stats = [file.stat() for file in sorted(directory.glob("*.yaml"))]
    return _read(directory, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


@lru_cache(maxsize=4)
def _read(directory: Path, stamp: tuple[tuple[int, int], ...]) -> Taxonomy:
    """Every round asks for the taxonomy, and reading it takes half a second."""
    sector_path, campaign_path = directory / "sectors.yaml", directory / "campaigns.yaml"
    cue_path = directory / "cues.yaml"
    sectors = load_yaml(sector_path, SectorFile)
    campaigns = load_yaml(campaign_path, CampaignFile)
    cues = load_yaml(cue_path, CueFile)
    known_sectors = {sector.slug for sector in sectors.sectors}
    known_campaigns = {campaign.id for campaign in campaigns.campaigns}
    faults = [
        *_repeats(sector_path, "sector", (sector.slug for sector in sectors.sectors)),
        *_repeats(campaign_path, "campaign", (entry.id for entry in campaigns.campaigns)),
        *_repeats(cue_path, "cue group", (group.slug for group in cues.cues)),
        *_repeated_phrases(cue_path, cues.cues),
    ]
    for campaign in campaigns.campaigns:
        where = f"campaign '{campaign.id}'"
        for slug in campaign.sectors:
            if slug not in known_sectors:
                fix = f"known: {', '.join(sorted(known_sectors))}"
                faults.append(_fault(campaign_path, slug, f"{where}: no sector '{slug}'", fix))
        if campaign.replaced_by and campaign.replaced_by not in known_campaigns:
            what = f"{where}: no campaign '{campaign.replaced_by}'"
            faults.append(_fault(campaign_path, campaign.replaced_by, what, "give an existing id"))
    if faults:
        raise ConfigError(faults)
    return Taxonomy(
        sectors=sectors.sectors,
        subject_groups=sectors.subject_groups,
        campaigns=campaigns.campaigns,
        cues=cues.cues,
        hype=cues.hype,
        guards=cues.guards,
    )


def _repeats(path: Path, what: str, slugs: Iterable[str]) -> list[Fault]:
    return [
        _fault(path, slug, f"{what} '{slug}' is given {count} times", "keep one of them", last=True)
        for slug, count in Counter(slugs).items()
        if count > 1
    ]


def _repeated_phrases(path: Path, groups: Sequence[_Phrased]) -> list[Fault]:
    counted = Counter(fold(nfc(phrase)) for group in groups for phrase in group.phrases)
    return [
        _fault(path, phrase, f"phrase '{phrase}' stands in {count} places", "keep one of them")
        for phrase, count in counted.items()
        if count > 1
    ]


def _fault(path: Path, needle: str, what: str, fix: str, *, last: bool = False) -> Fault:
    """A fault at the first (or last) line that holds ``needle``."""
    lines = fold(nfc(path.read_text("utf-8-sig"))).splitlines()
    hits = [number for number, line in enumerate(lines, 1) if fold(needle) in line] or [1]
    return Fault(str(path), hits[-1 if last else 0], what, fix)
