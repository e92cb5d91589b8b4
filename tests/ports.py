"""Ports for servers that a test starts in a process of their own."""

from __future__ import annotations

import secrets

from pipeline.demo.office import free_port


def unused_port() -> int:
    """A free port outside the range that Linux gives to outgoing connections (32768 up), where
    another test could take it before the server listens."""
    return free_port(16_000 + secrets.randbelow(12_000))
