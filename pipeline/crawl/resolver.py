"""Name resolution that yields public addresses only.

Twisted's endpoint connects to exactly the addresses this hands over, for names and literals alike
(``127.1``, ``2130706433`` and ``0x7f000001`` are resolved too), at every connection: there is no
second look-up that a rebinding name server could answer differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from pipeline.crawl.addresses import is_public


@implementer(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any, name: str, refused: set[str]) -> None:
        self._receiver, self._name, self._refused = receiver, name, refused

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's interface
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused.add(self._name)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class PublicResolver:
    """Scrapy's ``TWISTED_DNS_RESOLVER``. Answers are not cached: each connection is checked."""

    refused: set[str] = set()  # one child process, one resolver
    """Host names that had an answer we do not connect to."""

    def __init__(self, reactor: Any, allow_private: bool) -> None:
        self._reactor, self._allow_private = reactor, allow_private
        self._resolver = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        return cls(reactor, crawler.settings.getbool("CRAWL_ALLOW_PRIVATE"))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver = resolutionReceiver
        if not self._allow_private:
            receiver = _PublicOnly(resolutionReceiver, hostName, self.refused)
        return self._resolver.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
