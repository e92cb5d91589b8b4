"""What an editor types as a place becomes one of today's communes or provinces."""

from __future__ import annotations

import pytest

from pipeline.judge.names.named_places import NamedPlace, named_places

SI_MA_CAI = NamedPlace("Lào Cai", "Si Ma Cai")


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Si Ma Cai", SI_MA_CAI),
        ("si ma cai", SI_MA_CAI),
        ("xã Si Ma Cai, tỉnh Lào Cai", SI_MA_CAI),
        ("lào cai", NamedPlace("Lào Cai")),
        ("phường Lào Cai", NamedPlace("Lào Cai", "Lào Cai")),
        ("Yên Bái", NamedPlace("Lào Cai")),  # merged into it in 2025
        ("Hoà Bình", NamedPlace("Phú Thọ")),
    ],
)
def test_one_place(typed: str, place: NamedPlace) -> None:
    assert named_places().resolve(typed) == (place,)


def test_namesakes_are_left_open_unless_one_is_near() -> None:
    several = named_places().resolve("Tân Lập")
    assert len(several) > 1
    assert {place.commune for place in several} == {"Tân Lập"}
    assert named_places().resolve("Tân Lập", near="Đắk Lắk") == (NamedPlace("Đắk Lắk", "Tân Lập"),)
    assert named_places().resolve("tan lap, dak lak") == (NamedPlace("Đắk Lắk", "Tân Lập"),)


@pytest.mark.parametrize("typed", ["", ",", "Không Đâu Cả", "Si Ma Cai, Nước Nào"])
def test_what_is_called_nothing(typed: str) -> None:
    assert named_places().resolve(typed) == ()


def test_communes_stand_by_the_former_district_most_of_them_was_part_of() -> None:
    found = named_places().by_district("Lào Cai")
    beside = {commune: district for district, inside in found for commune in inside}
    assert len(beside) == sum(len(inside) for _district, inside in found) == 99
    assert beside["Bảo Nhai"] == beside["Bắc Hà"] == "huyện Bắc Hà"
    assert beside["Cam Đường"] == "thành phố Lào Cai"
    assert "" not in beside.values()
    districts = [district for district, _inside in found]
    assert districts.index("thị xã Sa Pa") < districts.index("huyện Lục Yên"), "Yên Bái comes last"
    assert named_places().by_district("Không có") == []
