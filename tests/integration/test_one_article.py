"""One article at several addresses of its outlet is one article."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.crawl.spool import Discovery, FetchedPage, Spool
from pipeline.ingest import crawl_sources
from pipeline.ingest.told import item_to_json
from pipeline.shapes import FeedItem
from pipeline.store.models import Article, ArticleVersion, Link
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.text.urls import canonical_url

pytestmark = [pytest.mark.own_database, pytest.mark.django_db(transaction=True)]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")
STORIES = {
    "bao.vn": (
        "Chị Mẩy ở bản Nậm trồng hai nghìn gốc quế, mỗi năm thu hai trăm triệu đồng.",
        "Chị giúp mười hộ trong bản cùng làm theo, cho vay cây giống và dạy cách chăm.",
    ),
    "yenbai.bao.vn": (
        "Tổ hợp tác của chị Mẩy chưng cất tinh dầu, bán sang ba nước, chia lãi cho từng nhà.",
        "Xưởng đặt ngay cạnh suối, chạy bằng điện mặt trời, không xả nước bẩn ra ngoài.",
    ),
    "laocai.bao.vn": (
        "Đội văn nghệ của chị Mẩy tập hát then vào tối thứ Sáu, trẻ con cả bản đến xem.",
        "Ba năm nay đội đi diễn ở sáu xã, tiền thưởng góp vào quỹ khuyến học của trường.",
    ),
}
NAME = "chi-may-trong-que-tren-nui-123456"


def stored(folder: Path, *fetched: tuple[str, str]) -> list[str]:
    """The articles' addresses after these pages, each with what it states of its own address."""
    source = {"key": "baomau", "name": "Báo Mẫu", "province": "Lào Cai", "home": "https://bao.vn"}
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": [source]}), "utf-8")
    left = Spool(Home(folder).spool_dir / uuid4().hex)
    now = utc_now()
    for url, stated in fetched:
        place = urlsplit(canonical_url(url)).hostname
        html = (
            f'<html><head><title>Chị Mẩy ({place})</title><link rel="canonical" href="{stated}">'
            f"</head><body><article><h1>Chị Mẩy ({place})</h1>"
            f"<time>{now.astimezone(VIETNAM):%d/%m/%Y %H:%M}</time>"
            + "".join(f"<p>{line}</p>" for line in STORIES[place])
            + "</article></body></html>"
        )
        left.write(
            FetchedPage(
                source="baomau",
                requested_url=url,
                url=url,
                canonical_url=canonical_url(url),
                at=now,
                status=200,
                headers={"content-type": "text/html; charset=utf-8"},
                item=FeedItem(url),
                body=html.encode(),
            )
        )
    crawl_sources(Home(folder), OFFICE, [], now=now)
    return list(Article.objects.order_by("pk").values_list("canonical_url", flat=True))


def test_mobile_amp_and_www_hosts(tmp_path: Path) -> None:
    paths = (f"https://m.bao.vn/{NAME}.html", f"https://www.bao.vn/{NAME}.html")
    amp = f"https://amp.bao.vn/{NAME}.html"
    assert stored(tmp_path, *((url, "") for url in (*paths, amp))) == [
        f"https://bao.vn/{NAME}.html"
    ]
    assert not ArticleVersion.objects.exists()


@pytest.mark.parametrize("turn", [1, -1])
def test_what_the_page_states_of_its_address(tmp_path: Path, turn: int) -> None:
    own = f"https://bao.vn/xa-hoi/{NAME}.html"
    fetched = [
        (f"https://m.bao.vn/{NAME}.html", own),
        (f"https://www.bao.vn/xa-hoi/{NAME}.html", own),
    ]
    assert stored(tmp_path, *fetched[::turn]) == [own]


def test_an_edit_told_under_the_other_scheme_has_the_page_fetched_again(tmp_path: Path) -> None:
    """The feed writes http, the listing https."""
    stored(tmp_path)
    now, feed = utc_now(), "https://bao.vn/rss"
    link = Link.objects.create(
        source="baomau",
        canonical_url=f"http://bao.vn/{NAME}.html",
        url=f"http://bao.vn/{NAME}.html",
        state=Link.State.FETCHED,
        found_at=now,
    )
    for title in ("Chị Mẩy trồng quế", "Chị Mẩy trồng quế, giúp mười hộ"):
        item = FeedItem(f"https://www.bao.vn/{NAME}.html", title=title)
        link.item = link.item or item_to_json(item)
        link.save(update_fields=["item"])
        left = Spool(Home(tmp_path).spool_dir / uuid4().hex)
        left.write(Discovery("baomau", feed, now, 200, again=(item,)))
        assert Link.objects.get().next_try_at is None
        crawl_sources(Home(tmp_path), OFFICE, [], now=now)
        link.refresh_from_db()
    assert Link.objects.get().next_try_at == now


def test_sub_sites_of_other_provinces_stay_apart(tmp_path: Path) -> None:
    urls = [f"https://{host}.bao.vn/{NAME}.html" for host in ("yenbai", "m.laocai")]
    expected = [url.replace("m.", "", 1) if "//m." in url else url for url in urls]
    assert stored(tmp_path, *((url, f"https://bao.vn/{NAME}.html") for url in urls)) == expected
