"""Hộp tin: what editors do with stories, one or many."""
