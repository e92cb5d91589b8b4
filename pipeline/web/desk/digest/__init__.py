"""Bản tin: composing, checking, approving, and what was sent of it."""
