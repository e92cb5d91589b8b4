"""Parts of the public site: no two of them are one page."""

from __future__ import annotations

from pipeline.config.provinces import province_names
from pipeline.judge.names.named_places import named_places
from pipeline.publish.site.entries import Entry
from pipeline.publish.site.sections import sections
from tests.factories import NOW
from tests.publishing import item


def folders(places: list[tuple[str, str]]) -> dict[str, str]:
    """Of each commune's page, by its title."""
    items = [item(n, province=province, commune=name) for n, (province, name) in enumerate(places)]
    entries = [Entry(each, 1, NOW, NOW) for each in items]
    return {part.title: part.folder for part in sections(entries) if part.axis == "Xã, phường"}


def test_communes_that_marks_alone_tell_apart_have_a_page_each() -> None:
    found = folders([("Đồng Tháp", "Mỹ Thọ"), ("Đồng Tháp", "Mỹ Tho"), ("Lào Cai", "Mỹ Thọ")])
    assert found == {
        "Mỹ Tho, Đồng Tháp": "xa/dong-thap/my-tho/",
        "Mỹ Thọ, Đồng Tháp": "xa/dong-thap/my-tho-2/",
        "Mỹ Thọ, Lào Cai": "xa/lao-cai/my-tho/",
    }


def test_every_commune_of_the_country_has_its_own_page() -> None:
    places = [
        (province, name)
        for province in province_names()
        for name in set(named_places().communes(province))
    ]
    found = folders(places)
    assert len(places) > 3000
    assert len(set(found.values())) == len(found) == len(places)
