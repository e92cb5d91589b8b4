"""Digests and editions for tests, made by the functions that people's clicks call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from pipeline.config.home import Home
from pipeline.config.office import Channels, Office, Services
from pipeline.digest import approval
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.digest.drafting import draft_digest
from pipeline.publish import amending, outbox, planning
from pipeline.publish.channels.base import Channel
from pipeline.shapes import DatePrecision
from pipeline.store import guarding
from pipeline.store.models import Digest, Edition, Role, StoryStatus, Subscriber, User
from tests.factories import NOW, make_story, make_user

WEEK = "2026-W47"
OFFICE = Office(
    name="Tổ Gương sáng Nậm Hẻn",
    province="Lào Cai",
    contact="guongsang@namhen.example.vn",
    address="Thôn Một, xã Nậm Hẻn",
    site_url="https://guongsang.example.vn",
    channels=Channels(poster=False, brief=False, press=False),  # slow, and tested apart
)
LIVE = OFFICE.model_copy(
    update={
        "channels": OFFICE.channels.model_copy(
            update={
                "facebook": "live",
                "zalo": "live",
                "zalo_cover": "https://anh.example.vn/bia.png",
            }
        )
    }
)
"""It posts for real."""
EVERYWHERE = LIVE.model_copy(
    update={
        "channels": LIVE.channels.model_copy(
            update={
                "zalo_broadcast": "live",
                "mastodon": "live",
                "wordpress": "live",
                "others": Services(mode="live", to=("toa-soan",)),
                "notice": Services(mode="live", to=("toa-soan",)),
            }
        )
    }
)
"""Every channel that cannot take back what it sent."""


def use_channels(monkeypatch: pytest.MonkeyPatch, *channels: Channel) -> None:
    """Let these be the only channels there are."""
    chosen = {channel.name: channel for channel in channels}
    for module in (outbox, planning, amending):
        monkeypatch.setattr(module, "CHANNELS", chosen)


def accepted_story(number: int, **fields: Any) -> Any:
    """Stories that differ in what the choice looks at."""
    return make_story(
        **{
            "title": f"Người trồng rừng số {number} ở bản Pa Nho",
            "subject": f"Lò Văn {'ABCDEFGHIJKLMNOP'[number]}",
            "status": StoryStatus.ACCEPTED,
            "decided_at": NOW,
            "score": 0.95 - number / 100,
            "commune": f"Xã {number}",
            "outlets": [f"bao{number % 3}"],
            "sectors": [["nong-nghiep-nong-thon", "giao-duc-dao-tao", "y-te"][number % 3]],
            **fields,
        }
    )


def people() -> tuple[User, User]:
    """An editor and a chief editor."""
    return make_user("lananh"), make_user("thuha", Role.CHIEF)


def submitted_digest(editor: User, stories: int = 3, office: Office = OFFICE) -> Digest:
    for number in range(stories):
        accepted_story(number)
    digest = draft_digest(WEEK, office=office, now=NOW)
    approval.edit_text(digest, editor, NOW, intro="Ba người, ba việc nhỏ trong tuần.")
    approval.submit(digest, editor, NOW, office=office)
    return digest


def approved_edition(stories: int = 3, office: Office = OFFICE) -> Edition:
    """Due now."""
    editor, chief = people()
    digest = submitted_digest(editor, stories, office)
    return approval.approve(digest, chief, NOW, office, publish_at=NOW)


def tamper(edition: Edition, content: dict[str, Any]) -> None:
    """As one who may change the database's structure could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DROP TRIGGER store_edition_words ON store_edition")
        else:
            cursor.execute("DROP TRIGGER store_edition_no_rewriting")
    Edition.objects.filter(pk=edition.pk).update(content=content)
    guarding.install()


def subscriber(name: str, state: str = "active") -> Subscriber:
    return Subscriber.objects.create(email=f"{name}@docgia.example.vn", state=state, created_at=NOW)


def item(number: int = 1, **fields: Any) -> ItemContent:
    values: dict[str, Any] = {
        "public_id": f"00000000-0000-4000-8000-{number:012d}",
        "headline": f"Chị Lò Thị Mây và lớp học men lá số {number}",
        "summary": "Chị Lò Thị Mây mở lớp dạy ủ men lá cho 31 phụ nữ trong bản.",
        "machine_drafted": False,
        "outlet": "Báo Nậm Hẻn",
        "outlet_key": "baonamhen",
        "url": f"https://baonamhen.example.vn/bai-{number}.html",
        "author": "Minh Trang",
        "published_at": NOW - timedelta(days=2),
        "date_precision": DatePrecision.MINUTE,
        "subject": "Lò Thị Mây",
        "kind": "individual",
        "sector": "nong-nghiep-nong-thon",
        "sector_name": "Nông nghiệp, nông thôn",
        "province": "Lào Cai",
        "commune": "Nậm Hẻn",
    }
    return ItemContent(**{**values, **fields})


def edition_content(*items: ItemContent, **fields: Any) -> EditionContent:
    values: dict[str, Any] = {
        "week": WEEK,
        "title": "Gương sáng tuần 47 (16–22/11/2026)",
        "intro": "Ba người, ba việc nhỏ trong tuần.",
        "closing": "",
        "office": OFFICE.name,
        "province": OFFICE.province,
        "contact": OFFICE.contact,
        "items": items or (item(),),
        "frozen_at": NOW,
        "number": 1,
        "publish_at": NOW,
    }
    return EditionContent(**{**values, **fields})


def home_in(path: Any) -> Home:
    return Home(path)


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)
