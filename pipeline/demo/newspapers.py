"""The demo newspapers, open on loopback. Also the fake outlets of the tests: every request is kept
in ``requests``, and an answer can be replaced to play a broken, hostile or edited page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from pipeline.demo.content import DemoArticle, load_articles
from pipeline.demo.loopback import Answer, Request, Site
from pipeline.demo.outlets import OUTLETS, Outlet, documents
from pipeline.text.clock import utc_now

DELAY = 0.05
"""Seconds between two requests to an outlet: a first look should not take minutes."""


class DemoNewspapers:
    """Context manager: the outlets answer while it is open.

    ``anchor`` is the moment whose day the articles' dates count back from. ``ports`` gives one port
    an outlet; 0 takes any free one. ``clock`` is what page headers show and requests are stamped
    with. ``Request.site`` is the outlet's key.

    Raises:
        OSError: a port is taken (on entering).
    """

    def __init__(
        self,
        anchor: datetime,
        *,
        ports: Sequence[int] = (0, 0, 0),
        articles: Iterable[DemoArticle] | None = None,
        outlets: Sequence[Outlet] = OUTLETS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.anchor = anchor.replace(microsecond=0)
        self.articles = tuple(load_articles() if articles is None else articles)
        self.requests: list[Request] = []
        self._outlets = {outlet.key: outlet for outlet in outlets}
        self._wanted_ports = tuple(ports)
        self._clock = clock
        self._sites: dict[str, Site] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for key, port in zip(self._outlets, self._wanted_ports, strict=True):
                site = Site(key, port=port, clock=self._clock, log=self.requests)
                stack.callback(site.close)
                own = tuple(article for article in self.articles if article.outlet == key)
                site.documents = documents(self._outlets[key], own, self.anchor, site.base)
                self._sites[key] = site
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(site.port for site in self._sites.values())

    def base(self, outlet: str) -> str:
        """Address of an outlet, without a final slash."""
        return self._sites[outlet].base

    def url(self, article: DemoArticle) -> str:
        return self.base(article.outlet) + self._outlets[article.outlet].article_path(article)

    def replace(self, outlet: str, path: str, answer: Answer) -> None:
        """From now on ``path`` of ``outlet`` answers with ``answer``."""
        self._sites[outlet].replaced[path] = answer

    def restore(self, outlet: str, path: str) -> None:
        """``path`` answers with the demo's own document again."""
        self._sites[outlet].replaced.pop(path, None)

    def sources(self) -> list[dict[str, Any]]:
        """The outlets as entries of ``sources.yaml``."""
        return [
            {
                "key": outlet.key,
                "name": outlet.name,
                "kind": outlet.kind,
                "province": outlet.province,
                "home": self.base(outlet.key),
                **_with_base(outlet.discovery, self.base(outlet.key)),
                "delay": DELAY,
                "avoid": [],  # the paid article is there to be found out, not to be passed over
                "every": "5m",
                "enabled": True,
                "verified": self.anchor.date().isoformat(),
            }
            for outlet in self._outlets.values()
        ]


def _with_base(value: Any, base: str) -> Any:
    """``value`` with ``{base}`` replaced in every string; other braces (of regexes) stay."""
    if isinstance(value, str):
        return value.replace("{base}", base)
    if isinstance(value, dict):
        return {key: _with_base(inner, base) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_base(inner, base) for inner in value]
    return value
