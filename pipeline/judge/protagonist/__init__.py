"""Whom or what a story is about."""
