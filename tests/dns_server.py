"""A name server on loopback that answers TXT questions from a dictionary."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from pipeline.publish.mail.dkim_signing import quoted


@contextmanager
def name_server(texts: Mapping[str, Sequence[str]]) -> Iterator[dns.resolver.Resolver]:
    """Yields a resolver that asks it. A name that is not in ``texts`` does not exist."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            question: Any = dns.message.from_wire(data)
            answer: Any = dns.message.make_response(question)
            name = question.question[0].name
            found = texts.get(name.to_text(omit_final_dot=True), ())
            if found:
                rows = [quoted(text) for text in found]
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *rows))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            socket.sendto(answer.to_wire(), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.server_address[1]
        yield resolver
        server.shutdown()
