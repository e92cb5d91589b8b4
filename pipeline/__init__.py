"""Gương Sáng: finds, reviews and spreads exemplar stories for a provincial press office."""

__version__ = "0.2.1"
