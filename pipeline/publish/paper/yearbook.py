"""The yearbook: every story published in a year, by sector, with contents and an index of names
and communes. Withdrawn stories are not in it; corrections stand with their stories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from pipeline.config.office import Office
from pipeline.publish import links
from pipeline.publish.paper.typesetting import pdf
from pipeline.publish.rendering import render
from pipeline.publish.site.entries import Entry
from pipeline.text.alphabet import alphabetical, by_given_name
from pipeline.text.clock import VIETNAM

TEMPLATE = "yearbook/yearbook.typ"
_ELSE = "Lĩnh vực khác"


def of_year(entries: Iterable[Entry], year: int) -> list[Entry]:
    """First published in ``year`` (Vietnam's), oldest first."""
    found = [each for each in entries if each.published.astimezone(VIETNAM).year == year]
    return sorted(found, key=lambda each: (each.published, each.item.public_id))


def yearbook(entries: Iterable[Entry], year: int, office: Office, at: datetime) -> bytes:
    """A PDF, A5.

    Raises:
        ValueError: nothing was published in that year.
    """
    told = of_year(entries, year)
    if not told:
        raise ValueError(f"năm {year} chưa có gương nào được đăng")
    return pdf(TEMPLATE, data(told, year, office), at)


def data(told: Iterable[Entry], year: int, office: Office) -> dict[str, Any]:
    """What the template is given."""
    shelf = sorted(told, key=lambda each: alphabetical(_sector(each)))
    chapters = [
        {"name": name, "stories": [_story(each, office) for each in group]}
        for name, group in groupby(shelf, key=_sector)
    ]
    names = sorted({each.item.subject for each in shelf} - {""}, key=by_given_name)
    places = sorted({each.item.place for each in shelf} - {""}, key=alphabetical)
    return {
        "year": str(year),
        "title": f"Gương sáng {year}",
        "office": office.name,
        "province": office.province,
        "contact": office.contact,
        "site": links.portal(office),
        "chapters": chapters,
        "indexes": [
            {"name": "Tên người, tập thể", "entries": names, "of": "subject"},
            {"name": "Xã, phường", "entries": places, "of": "place"},
        ],
    }


def _sector(entry: Entry) -> str:
    return entry.item.sector_name or _ELSE


def _story(entry: Entry, office: Office) -> dict[str, str]:
    item = entry.item
    return {
        "headline": item.headline,
        "summary": item.summary,
        "correction": item.correction,
        "subject": item.subject,
        "place": item.place,
        "credit": render("channels/_shared/credit.txt", item=item),
        "url": item.url,
        "page": links.story(office, item.public_id),
    }
