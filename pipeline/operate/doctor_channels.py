"""Whether the channels' keys are there and still valid: each service is asked who we are, which
posts nothing and renews nothing."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.operate.findings import Finding, Verdict
from pipeline.publish.outcomes import Lost, NotSent
from pipeline.publish.services.api import call
from pipeline.publish.services.through_apprise import variable_of

REFRESHED_WITHIN = timedelta(days=80)
"""A refresh token of Zalo lives three months and is renewed only by posting."""


@dataclass(frozen=True, slots=True)
class _Channel:
    name: str
    mode: str
    secrets: tuple[str, ...]
    ask: Callable[[], Finding]


def channel_findings(office: Office, home: Home, now: datetime) -> Iterator[Finding]:
    """Of the channels that post by themselves."""
    chosen = office.channels
    wordpress = ("WORDPRESS_URL", "WORDPRESS_USER", "WORDPRESS_PASSWORD")
    for channel in (
        _Channel(
            "Facebook", chosen.facebook, ("FACEBOOK_PAGE_ID", "FACEBOOK_PAGE_TOKEN"), _facebook
        ),
        _Channel("Zalo", chosen.zalo, ("ZALO_APP_ID", "ZALO_APP_SECRET"), lambda: _zalo(home, now)),
        _Channel("Mastodon", chosen.mastodon, ("MASTODON_URL", "MASTODON_TOKEN"), _mastodon),
        _Channel("WordPress", chosen.wordpress, wordpress, _wordpress),
    ):
        if channel.mode != "live":
            continue
        missing = sorted(each for each in channel.secrets if not getattr(settings, each))
        if missing:
            words = f"thiếu {', '.join(missing)} → đặt trong .env"
            yield Finding(channel.name, Verdict.BAD, words)
        elif channel.name == "Zalo" and not chosen.zalo_cover:
            words = "chưa có ảnh bìa → đặt channels.zalo_cover trong office.yaml"
            yield Finding(channel.name, Verdict.BAD, words)
        else:
            yield channel.ask()
    for services in (chosen.others, chosen.notice):
        for name in services.to if services.mode == "live" else ():
            variable = variable_of(name)
            if variable not in os.environ:
                yield Finding(name, Verdict.BAD, f"thiếu {variable} → đặt trong .env")


def _facebook() -> Finding:
    return _asked(
        "Facebook",
        f"{settings.FACEBOOK_API}/{settings.FACEBOOK_PAGE_ID}",
        {"Authorization": f"Bearer {settings.FACEBOOK_PAGE_TOKEN}"},
        "lấy mã truy cập Trang mới, đặt FACEBOOK_PAGE_TOKEN",
    )


def _mastodon() -> Finding:
    return _asked(
        "Mastodon",
        f"{settings.MASTODON_URL}/api/v1/accounts/verify_credentials",
        {"Authorization": f"Bearer {settings.MASTODON_TOKEN}"},
        "lấy mã mới, đặt MASTODON_TOKEN",
    )


def _wordpress() -> Finding:
    key = b64encode(f"{settings.WORDPRESS_USER}:{settings.WORDPRESS_PASSWORD}".encode()).decode()
    return _asked(
        "WordPress",
        f"{settings.WORDPRESS_URL}/wp-json/wp/v2/users/me",
        {"Authorization": f"Basic {key}"},
        "xem tài khoản và mật khẩu ứng dụng, đặt WORDPRESS_USER, WORDPRESS_PASSWORD",
    )


def _zalo(home: Home, now: datetime) -> Finding:
    """An access token that is over is not renewed: a refresh token works once."""
    try:
        kept = json.loads((home.root / "secrets" / "zalo.json").read_text("utf-8"))
        until = datetime.fromisoformat(kept["expires_at"])
    except (OSError, ValueError, KeyError, TypeError):
        words = "đủ khóa, chưa dùng lần nào; lần đăng đầu cho biết khóa còn hạn"
        return Finding("Zalo", Verdict.GOOD, words)
    if until > now:
        return _asked(
            "Zalo",
            f"{settings.ZALO_API}/v2.0/oa/getoa",
            {"access_token": str(kept.get("access_token"))},
            "cấp lại quyền cho ứng dụng, đặt ZALO_REFRESH_TOKEN và xóa secrets/zalo.json",
        )
    if now - until > REFRESHED_WITHIN:
        words = "mã gia hạn đã gần hoặc quá ba tháng → cấp lại quyền cho ứng dụng"
        return Finding("Zalo", Verdict.LOOK, words)
    return Finding("Zalo", Verdict.GOOD, "đủ khóa; mã truy cập được gia hạn khi đăng")


def _asked(name: str, url: str, headers: Mapping[str, str], mend: str) -> Finding:
    """A service that does not answer is no broken key, and comes back by itself."""
    try:
        status, answer = call("GET", url, headers=headers)
    except (Lost, NotSent) as error:
        return Finding(name, Verdict.LOOK, f"không hỏi được: {error} → xem mạng")
    code = answer.get("error") or answer.get("code")
    if status == 200 and not code:
        who = _who(answer)
        return Finding(name, Verdict.GOOD, f"khóa còn hạn{f' ({who})' if who else ''}")
    said = code.get("code") if isinstance(code, dict) else code
    words = f"không nhận khóa ({status}{f', {str(said)[:60]}' if said else ''}) → {mend}"
    return Finding(name, Verdict.BAD, words)


def _who(answer: Mapping[str, Any]) -> str:
    data = answer.get("data")
    inner = data if isinstance(data, dict) else answer
    return str(inner.get("name") or inner.get("username") or "")[:60]
