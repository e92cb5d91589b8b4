"""What a name server may answer, and what of it is connected to."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface.verify import verifyObject

from pipeline.crawl.resolver import PublicResolver


class NameServer:
    """Answers each question with the next list of addresses."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = iter(answers)

    def resolveHostName(self, receiver: Any, *args: Any) -> None:  # noqa: N802
        receiver.resolutionBegan(None)
        for host in next(self.answers):
            kind = IPv6Address if ":" in host else IPv4Address
            receiver.addressResolved(kind("TCP", host, 80))
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


class Reactor:
    def __init__(self, name_server: NameServer) -> None:
        self.nameResolver = name_server


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicResolver, "refused", set())


def ask(resolver: PublicResolver, name: str = "bao.vn") -> list[str]:
    receiver = Receiver()
    resolver.resolveHostName(receiver, name, 80)
    assert receiver.complete
    return receiver.hosts


def test_of_mixed_answers_only_the_public_ones_are_handed_over() -> None:
    answers = ["127.0.0.1", "113.160.1.1", "::ffff:10.0.0.1", "2405:4800::1", "64:ff9b::a00:1"]
    resolver = PublicResolver(Reactor(NameServer(answers)), allow_private=False)
    assert verifyObject(IHostnameResolver, resolver)
    assert ask(resolver) == ["113.160.1.1", "2405:4800::1"]
    assert PublicResolver.refused == {"bao.vn"}


def test_a_name_that_changes_its_answer_is_judged_by_each_answer() -> None:
    server = NameServer(["113.160.1.1"], ["192.168.1.1"], ["113.160.1.1"])
    resolver = PublicResolver(Reactor(server), allow_private=False)
    assert [ask(resolver), ask(resolver), ask(resolver)] == [["113.160.1.1"], [], ["113.160.1.1"]]


def test_with_permission_every_answer_is_handed_over() -> None:
    resolver = PublicResolver(Reactor(NameServer(["127.0.0.1"])), allow_private=True)
    assert ask(resolver) == ["127.0.0.1"]
