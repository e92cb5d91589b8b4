"""Gương Sáng: finds, reviews and spreads exemplar stories for a provincial press office."""
