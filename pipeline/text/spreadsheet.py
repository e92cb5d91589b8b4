"""Text in tables that a spreadsheet opens."""

from __future__ import annotations


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet takes for text, never for a formula (CWE-1236)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
