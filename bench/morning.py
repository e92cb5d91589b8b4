"""A morning of many outlets at once: ``python -m bench.morning [--hosts 100] [--articles 30]``.

Every outlet is an address of its own on loopback (127.0.1.1, 127.0.1.2, …) with a feed and article
pages. Politeness sets the bound: each host is asked for robots.txt, feed and articles one after the
other, so that no crawler may be faster than (requests - 1) times the delay. The gaps are taken from
the server's own log. CPU seconds are the crawling processes' own; MB the peak of the largest.
Fails when an article is missing or a gap is shorter than the delay.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from pipeline.crawl.plan import SourcePlan
from tests.crawling import ARTICLE, crawl, make_source, rss

PARAGRAPHS = "<p>Chị kể lại từng vụ quế, từng con đường đất mà bản đã cùng nhau làm.</p>" * 300


def serve(hosts: int, articles: int) -> tuple[list[ThreadingHTTPServer], dict[str, list[float]]]:
    """One server per outlet, on loopback addresses only, and the log of all by host."""
    log: dict[str, list[float]] = defaultdict(list)
    page = ARTICLE.replace("</body>", PARAGRAPHS + "</body>").encode()

    class Outlet(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers["Host"]
            log[host].append(time.monotonic())
            found, body, kind = 200, page, "text/html; charset=utf-8"
            if self.path == "/robots.txt":
                found, body = 404, b""
            elif self.path == "/rss":
                links = [f"http://{host}/bai-{n}.html" for n in range(articles)]
                body, kind = rss(*links).encode(), "application/rss+xml"
            self.send_response(found)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Outlets(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 16

    addresses = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(hosts)]
    servers: list[ThreadingHTTPServer] = [Outlets((address, 0), Outlet) for address in addresses]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return servers, log


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--articles", type=int, default=30)
    parser.add_argument("--delay", type=float, default=5.0)
    options = parser.parse_args()
    servers, log = serve(options.hosts, options.articles)
    urls = ["http://{}:{}".format(*server.server_address[:2]) for server in servers]
    plans = [
        SourcePlan(make_source(url, f"bao-{n}", feeds=[f"{url}/rss"], delay=options.delay))
        for n, url in enumerate(urls)
    ]
    bound = (options.articles + 1) * options.delay
    with tempfile.TemporaryDirectory() as scratch:
        begin = time.monotonic()
        round_ = crawl(Path(scratch), plans, time_limit=timedelta(seconds=bound * 3 + 60))
        seconds = time.monotonic() - begin
    for server in servers:
        server.server_close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    smallest = min(b - a for times in log.values() for a, b in pairwise(times))
    first = min(times[0] for times in log.values())
    last = max(times[-1] for times in log.values())
    print(
        json.dumps(
            {
                "hosts": options.hosts,
                "articles": len(round_.pages),
                "failures": len(round_.failures),
                "delay_s": options.delay,
                "bound_s": bound,
                "first_to_last_request_s": round(last - first, 1),
                "wall_s": round(seconds, 1),
                "smallest_gap_s": round(smallest, 3),
                "child_cpu_s": round(used.ru_utime + used.ru_stime, 1),
                "child_peak_mb": used.ru_maxrss // 1024,
            },
            indent=1,
        )
    )
    whole = len(round_.pages) == options.hosts * options.articles and not round_.failures
    return 0 if whole and smallest >= options.delay else 1


if __name__ == "__main__":
    sys.exit(main())
