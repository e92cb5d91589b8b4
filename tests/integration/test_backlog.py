"""More pages wait than a round has room for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.ingest import crawl_sources
from pipeline.ingest.told import item_to_json
from pipeline.shapes import FeedItem
from pipeline.store.models import Link
from pipeline.text.clock import utc_now
from tests.crawling import ARTICLE, rss
from tests.loopback import Reply, loopback_site

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")
ROOM = 60


def test_a_backlog_hides_no_news_and_news_hide_no_backlog(tmp_path: Path) -> None:
    now = utc_now()
    with loopback_site() as site:
        old = [f"{site.url}/cu-{n:03}.html" for n in range(250)]
        for n, url in enumerate(old):
            found_at = now - timedelta(days=10) + timedelta(minutes=n)
            item = item_to_json(FeedItem(url, published_at=found_at))
            Link.objects.create(
                source="baomau", canonical_url=url, url=url, item=item, found_at=found_at
            )
        new = [f"{site.url}/moi-{n}.html" for n in range(5)]
        today = f"{now:%a, %d %b %Y %H:%M:%S} +0000"
        site.pages["/rss"] = Reply(rss(*new, date=today), type="application/rss+xml")
        site.pages["*"] = Reply(ARTICLE)
        site.pages["/robots.txt"] = Reply(status=404)
        source = {"key": "baomau", "name": "Báo Mẫu", "province": "Lào Cai", "home": site.url}
        source |= {"feeds": [f"{site.url}/rss"], "delay": 0, "enabled": True}
        text = yaml.safe_dump({"sources": [source]}, allow_unicode=True)
        (tmp_path / "sources.yaml").write_text(text, "utf-8")
        (count,) = crawl_sources(Home(tmp_path), OFFICE, now=now, allow_private=True)
    assert count.fetched == ROOM
    asked = {site.url + entry.path for entry in site.log}
    assert asked >= {*new, *old[: ROOM // 2], *old[-(ROOM // 2 - len(new)) :]}
