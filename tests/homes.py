"""A home directory for tests that show pages or publish."""

from __future__ import annotations

from pathlib import Path

from pipeline.config.home import Home

OFFICE = """\
name: Phòng Báo chí tỉnh
province: Lào Cai
contact: baochi@tinh.example
schedule: {publish: "fri 16:00"}
"""
SOURCES = """\
sources:
- {key: baomot, name: Báo Một, province: Lào Cai, home: "https://baomot.example",
   feeds: ["https://baomot.example/rss"], enabled: true, verified: 2026-11-01}
- {key: baohai, name: Báo Hai, province: Sơn La, home: "https://baohai.example",
   feeds: ["https://baohai.example/rss"], enabled: true, verified: 2026-11-01}
"""


def make_home(root: Path, site_url: str = "http://127.0.0.1:8000") -> Home:
    """The shipped taxonomy and templates, two outlets, one office."""
    (root / "office.yaml").write_text(f"{OFFICE}site_url: {site_url}\n", "utf-8")
    (root / "sources.yaml").write_text(SOURCES, "utf-8")
    return Home(root)
