"""No connection to what is not public, however it is written and wherever it is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config.sources import Source
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.spool import Failure, Spool
from pipeline.shapes import FeedItem
from tests.crawling import AGENT, NOW, crawl, make_source
from tests.loopback import Reply, loopback_site

pytestmark = pytest.mark.own_database

PRIVATE = (
    *("127.0.0.1", "localhost", "LOCALHOST", "127.0.0.1.", "127.1", "0", "0.0.0.0"),
    *("2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"),
    *("169.254.169.254", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "224.0.0.1"),
    *("[ff02::1]", "[fe80::1]", "[fc00::1]", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
)
NO_ADDRESS = ("bao.vn:80@127.0.0.1", "user:word@127.0.0.1", "127.0.0.1%00", "[::1", "256.0.0.1")
"""What no reader of addresses reads as public; which fault is told differs."""


def test_every_way_to_write_a_private_address_is_refused(tmp_path: Path) -> None:
    with loopback_site() as site:
        port = site.host.rpartition(":")[2]
        plans = [
            SourcePlan(
                make_source("https://bao.vn", f"n{n}"),
                pending=(FeedItem(f"http://{name}:{port}/tin/bai-1.html"),),
            )
            for n, name in enumerate([*PRIVATE, *NO_ADDRESS])
        ]
        done = crawl(tmp_path, plans, allow_private=False)
    assert site.log == []
    assert done.pages == []
    told = {failure.source: failure.reason.value for failure in done.failures}
    assert len(told) == len(plans)
    assert {name: told[f"n{n}"] for n, name in enumerate(PRIVATE)} == dict.fromkeys(
        PRIVATE, "private_address"
    )
    assert {told[f"n{len(PRIVATE) + n}"] for n in range(len(NO_ADDRESS))} <= {
        *("dns", "bad_url", "private_address", "connection"),
    }


def test_no_proxy_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback_site() as proxy, loopback_site() as site:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        crawl(tmp_path, make_source(site.url, feeds=[f"{site.url}/rss"]))
        assert site.asked("/rss")
        assert proxy.log == []


DOCUMENTS = {
    "robots": ("/robots.txt", {"feeds": ["/rss"]}),
    "feed": ("/rss", {"feeds": ["/rss"]}),
    "sitemap": ("/s.xml", {"sitemaps": ["/s.xml"]}),
    "listing": ("/tin", {"listings": ["/tin"]}),
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_redirect_to_a_private_address_is_refused(document: str, tmp_path: Path) -> None:
    """The child holds 127.0.0.1 for public until its first connection stands."""
    path, keys = DOCUMENTS[document]
    with loopback_site() as site:
        target = site.url.replace("127.0.0.1", "localhost")
        site.pages[path] = Reply("", status=302, headers={"Location": f"{target}/secret"})
        where = {kind: [site.url + found for found in paths] for kind, paths in keys.items()}
        if "listings" in where:
            where = {"listings": [{"url": url} for url in where["listings"]]}
        failures = crawl_once_public(tmp_path, make_source(site.url, **where))
        assert [failure.reason.value for failure in failures] == ["private_address"]
        assert not site.asked("/secret")


def crawl_once_public(folder: Path, source: Source) -> list[Failure]:
    plan = CrawlPlan(folder / "spool", AGENT, NOW, (SourcePlan(source),))
    (folder / "plan").write_bytes(plan.to_json())
    code = (
        "import sys, pipeline.crawl.resolver as resolver\n"
        "seen = []\n"
        "def public(address):\n"
        "    seen.append(address)\n"
        "    return len(seen) <= 1\n"  # one connection is kept alive for robots.txt and document
        "resolver.is_public = public\n"
        "from pipeline.crawl.child import main\n"
        "main(sys.argv[1])\n"
    )
    subprocess.run([sys.executable, "-c", code, folder / "plan"], check=True, timeout=60)
    return [record for _, record in Spool(plan.spool).read() if isinstance(record, Failure)]
