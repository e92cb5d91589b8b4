"""``office.yaml``: who runs this installation and how it publishes. Secrets stay in ``.env``."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from pipeline.config.duration import Duration
from pipeline.config.provinces import resolve_province
from pipeline.config.yamlfile import Strict, load_yaml

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKLY = re.compile(rf"^({'|'.join(WEEKDAYS)}) ([01]\d|2[0-3]):([0-5]\d)$")
_SERVICE = re.compile(r"^[a-z][a-z0-9-]*$")
_DAILY = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")


class Schedule(Strict):
    """When things happen, in Asia/Ho_Chi_Minh."""

    crawl: Duration = timedelta(minutes=5)
    """How often due sources are looked for; each source keeps its own pace."""
    draft: str = "thu 15:00"
    """When the week's digest is drafted."""
    publish: str = "fri 16:00"
    """When an approved edition goes out, unless its approver chose another time."""
    upkeep: str = "02:30"
    """Nightly tidying: old sessions and job records."""

    @field_validator("draft", "publish")
    @classmethod
    def _weekly(cls, value: str) -> str:
        if not _WEEKLY.match(value):
            raise ValueError(f"'{value}' is not a weekday and time → write it like 'fri 16:00'")
        return value

    @field_validator("upkeep")
    @classmethod
    def _daily(cls, value: str) -> str:
        if not _DAILY.match(value):
            raise ValueError(f"'{value}' is not a time of day → write it like '02:30'")
        return value


class DigestRules(Strict):
    size: int = Field(8, ge=1, le=30)
    """Stories in a week's draft."""
    per_sector: int = Field(2, ge=1)
    """At most so many of one main sector."""
    per_outlet: int = Field(3, ge=1)
    """At most so many of one outlet."""
    per_commune: int = Field(2, ge=1)
    """At most so many of one commune."""
    horizon: Duration = timedelta(days=14)
    """How far back a week's draft looks for stories not yet published."""
    min_score: float = Field(0.5, ge=0, le=1)
    """A story scored lower is not proposed."""


class Newsletter(Strict):
    enabled: bool = True
    """Whether approved editions are mailed to subscribers."""
    sender: str = ""
    """``From`` address; empty: the office's contact."""
    per_minute: dict[str, int] = {}
    """At most so many letters a minute to one mail provider, such as ``gmail.com: 60``; ``"*"``: to
    each of the others. Unnamed: as fast as the mail server takes them."""
    bounces: str = ""
    """Mailbox that letters come back to, with ``+`` addresses (VERP); empty: to the sender."""

    @field_validator("per_minute")
    @classmethod
    def _some(cls, value: dict[str, int]) -> dict[str, int]:
        for domain, letters in value.items():
            if letters < 1:
                raise ValueError(
                    f"'{domain}: {letters}' sends nothing → 1 or more, or leave it out"
                )
        return {domain.lower(): letters for domain, letters in value.items()}


class Radio(Strict):
    enabled: bool = True
    """Whether a script to read aloud is written to ``output/radio/``."""
    opening: str = ""
    """What the announcer begins with; empty: the shipped sentence."""
    closing: str = ""
    """What the announcer ends with; empty: the shipped sentence."""
    spoken: dict[str, str] = {}
    """Abbreviations and how they are said, beside the shipped ones: ``UBND: Ủy ban nhân dân``."""


class Services(Strict):
    """Services that apprise speaks to."""

    mode: Literal["off", "dry-run", "live"] = "dry-run"
    """``dry-run`` writes what would be sent to ``output/social/``; ``live`` sends."""
    to: tuple[str, ...] = ()
    """Names such as ``mattermost``, whose address is in ``.env`` as ``APPRISE_MATTERMOST``."""

    @field_validator("to")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _SERVICE.match(name):
                raise ValueError(
                    f"'{name}' is no service's name → small letters, figures and '-'; its address "
                    "with its secrets belongs in .env"
                )
        return value


class Channels(Strict):
    newsletter: Newsletter = Newsletter()
    """The letter to subscribers."""
    zalo: Literal["off", "dry-run", "live"] = "dry-run"
    """``dry-run`` writes what would be posted to ``output/social/``; ``live`` posts."""
    zalo_cover: str = ""
    """Address of the picture above each article; Zalo takes none without."""
    facebook: Literal["off", "dry-run", "live"] = "dry-run"
    """As ``zalo``."""
    zalo_broadcast: Literal["off", "dry-run", "live"] = "off"
    """Whether the article, once shown on Zalo, is sent to all followers."""
    facebook_hour: str = ""
    """``HH:MM``: Facebook shows the post at the next such hour; empty: at once."""
    mastodon: Literal["off", "dry-run", "live"] = "off"
    """As ``zalo``."""
    wordpress: Literal["off", "dry-run", "live"] = "off"
    """As ``zalo``."""
    wordpress_status: Literal["publish", "draft", "pending"] = "publish"
    """What a post is on WordPress at first; readers see only ``publish``."""
    others: Services = Services()
    """Posts to any other service."""
    notice: Services = Services()
    """Notices to our own people of what went out; Telegram only here."""
    sms: Literal["off", "dry-run"] = "dry-run"
    """``dry-run`` writes the texts for the operator's gateway to ``output/social/``."""
    radio: Radio = Radio()
    """The script for commune loudspeakers."""
    websub_hub: str = ""
    """Address of a WebSub hub that is told when our feeds change; empty: readers ask themselves."""
    poster: bool = True
    """Whether an A3 poster and a square card of each story are written to ``output/print/``."""
    brief: bool = True
    """Whether a speakers' brief of two pages is written to ``output/print/``."""
    press: bool = True
    """Whether a package for newspapers and broadcasters is written to ``output/press/``."""

    @field_validator("facebook_hour")
    @classmethod
    def _hour(cls, value: str) -> str:
        if value and not _DAILY.match(value):
            raise ValueError(f"'{value}' is not a time of day → write it like '19:30'")
        return value


class Report(Strict):
    """The quarterly report to the province (before the 20th of the quarter's last month)."""

    superior: str = ""
    """The body above the agency, as it stands over it on a paper."""
    agency: str = ""
    """The agency that signs; empty: the office's name."""
    mark: str = "TĐKT"
    """What follows ``BC-`` in the paper's number."""
    addressee: str = ""
    """Whom it is addressed to; empty: the province's People's Committee."""
    copies: tuple[str, ...] = ("Như trên", "Sở Nội vụ (qua Ban Thi đua - Khen thưởng)", "Lưu: VT")
    """The lines under "Nơi nhận"."""
    cutoff_day: int = Field(10, ge=1, le=18)
    """The last day it covers, in the quarter's last month."""
    owner: str = ""
    """E-mail of who sends it: reminded on the 12th, 16th and 18th; empty: the office's contact."""


class Retention(Strict):
    """What is not kept for ever, and how long."""

    unconfirmed: Duration = timedelta(days=14)
    """An address whose owner never confirmed the wish for letters."""
    senders: Duration = timedelta(days=365)
    """Name, contact and files of who sent a request, after it was answered."""
    log_ins: Duration = timedelta(days=30)
    """Records of log-ins and failed ones, with user name and address."""
    jobs: Duration = timedelta(days=30)
    """Records of finished jobs."""


class Office(Strict):
    name: str = Field(min_length=1)
    """The office's name, as it signs."""
    province: str
    """Today's province, as in ``taxonomy/provinces.yaml``."""
    contact: str
    """E-mail that outlets and readers can write to; sent in the crawler's User-Agent."""
    administrator: str = ""
    """E-mail of who looks after the server: told what breaks; empty: the contact."""
    address: str = ""
    """Postal address, shown at the foot of the letter."""
    site_url: str = "http://127.0.0.1:8000"
    """Where readers reach the public pages; every published link begins with it."""
    four_eyes: bool = True
    """False: a small office lets the last editor approve; the audit trail says so each time."""
    source_delay: Duration = timedelta(minutes=180)
    """Nothing is published sooner than this after its source."""
    late_grace: Duration = timedelta(hours=6)
    """A plan later than this waits for a person."""
    schedule: Schedule = Schedule()
    """When things happen."""
    digest: DigestRules = DigestRules()
    """How a week's draft is chosen."""
    channels: Channels = Channels()
    """Where approved editions go."""
    report: Report = Report()
    """The quarterly report."""
    retention: Retention = Retention()
    """What is not kept for ever."""

    @field_validator("contact")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            raise ValueError(f"'{value}' is not an e-mail address → write it like a@b.vn")
        return value

    @field_validator("province")
    @classmethod
    def _province(cls, value: str) -> str:
        today = resolve_province(value)
        if today is None:
            raise ValueError(f"'{value}' is no province → one of today's 34, such as Lào Cai")
        return today

    @field_validator("site_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value):
            raise ValueError(f"'{value}' is not a web address → begin it with https://")
        return value.rstrip("/")


def load_office(path: Path) -> Office:
    """Read ``office.yaml``.

    Raises:
        ConfigError: it is missing or faulty.
    """
    return load_yaml(path, Office)
