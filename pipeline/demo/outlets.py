"""Three fictional outlets: what each offers a crawler and how its pages look."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.demo.content import DemoArticle
from pipeline.demo.loopback import Document
from pipeline.text import format as vietnamese
from pipeline.text.clock import VIETNAM

LAYOUTS = Path(__file__).parent / "layouts"
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
PROVINCES = """An Giang, Bắc Ninh, Cà Mau, Cao Bằng, Cần Thơ, Đà Nẵng, Đắk Lắk, Điện Biên, Đồng Nai,
 Đồng Tháp, Gia Lai, Hà Nội, Hà Tĩnh, Hải Phòng, Hồ Chí Minh, Huế, Hưng Yên, Khánh Hòa, Lai Châu,
 Lạng Sơn, Lào Cai, Lâm Đồng, Nghệ An, Ninh Bình, Phú Thọ, Quảng Ngãi, Quảng Ninh, Quảng Trị,
 Sơn La, Tây Ninh, Thái Nguyên, Thanh Hóa, Tuyên Quang, Vĩnh Long""".replace("\n", "").split(", ")


@dataclass(frozen=True, slots=True)
class Outlet:
    key: str
    name: str
    kind: str
    province: str
    crawl_delay: float | None
    path: str
    """Pattern of an article's path."""
    discovery: dict[str, Any]
    """Its keys of the ``sources.yaml`` entry; ``{base}`` stands for the address."""
    listing: str = "/"
    """Path of a page that lists articles, newest first; ``{page}`` is its number."""
    per_page: int = 100
    feed: str = ""
    sitemap: str = ""

    def article_path(self, article: DemoArticle) -> str:
        return self.path.format(
            section=article.section_slug, slug=article.slug, number=article.number
        )

    def listing_path(self, page: int) -> str:
        return self.listing.format(page=page)


OUTLETS = (
    Outlet(
        key="baofansipan",
        name="Báo Fansipan",
        kind="newspaper",
        province="Lào Cai",
        crawl_delay=None,
        path="/{section}/{slug}-post{number}.html",
        feed="/rss/trang-chu.rss",
        discovery={"feeds": ["{base}/rss/trang-chu.rss"], "article_url": r"-post\d+\.html$"},
    ),
    Outlet(
        key="songlam",
        name="Báo Sông Lam",
        kind="newspaper",
        province="Nghệ An",
        crawl_delay=0.1,
        path="/{number}/{slug}.html",
        sitemap="/sitemaps/tin-bai.xml",
        discovery={
            "sitemaps": ["{base}/sitemap.xml"],
            "article_url": r"^/\d+/[^/]+\.html$",
            "selectors": {
                "title": "h1.sc-title",
                "sapo": "p.sc-sapo",
                "body": "div.c-detail article.entry",
                "author": "span.c-author",
                "published": "span.c-time",
                "remove": [".c-related", ".c-tags", ".sc-title", ".sc-sapo", ".c-byline"],
            },
        },
    ),
    Outlet(
        key="bazan",
        name="Truyền hình Bazan",
        kind="tv",
        province="Đắk Lắk",
        crawl_delay=None,
        path="/video/{slug}-v{number}",
        listing="/thoi-su/trang-{page}",
        per_page=5,
        discovery={
            "listings": [
                {
                    "url": "{base}/thoi-su/trang-1",
                    "item": "div.clip-list h3 a",
                    "next": "a[rel=next]",
                }
            ],
            "article_url": r"^/video/[^/]+-v\d+$",
        },
    ),
)


def vietnamese_day(moment: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    return f"{WEEKDAYS[local.weekday()]}, {vietnamese.date(local)}"


def _us_time(moment: datetime) -> str:
    """``11/21/2023 9:28:56 AM``: a common CMS of provincial papers writes its meta tag so."""
    local = moment.astimezone(VIETNAM)
    return f"{local.month}/{local.day}/{local.year} {local.strftime('%I:%M:%S %p').lstrip('0')}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": vietnamese_day,
        "date": vietnamese.date,
        "time": vietnamese.time,
        "rfc822": format_datetime,
        "us_time": _us_time,
        "iso": lambda moment: moment.astimezone(VIETNAM).isoformat(),
    }
    environment.globals["provinces"] = PROVINCES
    return environment


ENVIRONMENT = _environment()


def documents(
    outlet: Outlet, articles: tuple[DemoArticle, ...], anchor: datetime, base: str
) -> dict[str, Document]:
    """Everything an outlet serves, by path. ``base`` is its address without a final slash."""
    newest_first = sorted(articles, key=lambda one: one.published_at(anchor), reverse=True)
    shared: dict[str, Any] = {
        "outlet": outlet,
        "base": base,
        "articles": newest_first,
        "published": lambda article: article.published_at(anchor),
        "link": lambda article: base + outlet.article_path(article),
    }

    def page(template: str, about: tuple[DemoArticle, ...], **more: Any) -> Document:
        suffix = template.rpartition(".")[2]
        content_type = "text/html" if suffix == "html" else "application/xml"
        modified = max((one.published_at(anchor) for one in about), default=anchor)
        seen = repr((template, base, modified, about)).encode()
        found = ENVIRONMENT.get_template(f"{outlet.key}/{template}")
        return Document(
            render=lambda now: found.render(now=now, **shared, **more).encode(),
            content_type=f"{content_type}; charset=utf-8",
            modified=modified,
            etag=f'"{hashlib.sha256(seen).hexdigest()[:16]}"',
        )

    served = {"/robots.txt": _robots(outlet, base, anchor)}
    picture = Document(lambda now: _PICTURE, "image/svg+xml", anchor, '"picture"')
    for article in newest_first:
        related = [one for one in newest_first if one is not article][:5]
        path = outlet.article_path(article)
        served[path] = page("article.html", (article,), article=article, related=related)
        served[f"/anh/{article.slug}.svg"] = picture
    everything = tuple(newest_first)
    if outlet.feed:
        served[outlet.feed] = page("feed.xml", everything)
    if outlet.sitemap:
        served["/sitemap.xml"] = page("sitemap-index.xml", everything)
        served[outlet.sitemap] = page("sitemap.xml", everything)
    sheets = [
        newest_first[i : i + outlet.per_page] for i in range(0, len(articles), outlet.per_page)
    ]
    for number, sheet in enumerate(sheets or [[]], 1):
        following = outlet.listing_path(number + 1) if number < len(sheets) else None
        listing = page("list.html", tuple(sheet), shown=sheet, next=following)
        served[outlet.listing_path(number)] = listing
    served.setdefault("/", served[outlet.listing_path(1)])
    return served


def _robots(outlet: Outlet, base: str, anchor: datetime) -> Document:
    lines = ["User-agent: *", "Disallow: /tim-kiem"]
    if outlet.crawl_delay is not None:
        lines.append(f"Crawl-delay: {outlet.crawl_delay}")
    if outlet.sitemap:
        lines.append(f"Sitemap: {base}/sitemap.xml")
    body = ("\n".join(lines) + "\n").encode()
    return Document(lambda now: body, "text/plain; charset=utf-8", anchor, '"robots"')


_PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9" width="960" height="540">
<rect width="16" height="9" fill="#cfe3ee"/><circle cx="12.5" cy="2.2" r="1.1" fill="#f4d58d"/>
<path d="M0 9 5 3 9 7 12 4 16 9Z" fill="#4f7a5a"/><path d="M0 9 3 6 7 9Z" fill="#35563f"/></svg>"""
