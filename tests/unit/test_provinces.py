import pytest

from pipeline.config.provinces import CENTRAL, provinces, resolve_area, resolve_province


def test_there_are_34_six_of_them_cities_and_dong_nai_the_seventh() -> None:
    assert len(provinces()) == 34
    assert sum(province.type == "thành phố" for province in provinces()) == 7


@pytest.mark.parametrize(
    ("typed", "today"),
    [
        ("Lào Cai", "Lào Cai"),
        ("lao cai", "Lào Cai"),
        ("tỉnh Yên Bái", "Lào Cai"),
        ("TP.HCM", "Hồ Chí Minh"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh"),
        ("Bà Rịa – Vũng Tàu", "Hồ Chí Minh"),
        ("Thừa Thiên - Huế", "Huế"),
        ("Đắc Lắc", "Đắk Lắk"),
        ("Hoà Bình", "Phú Thọ"),
        ("Quảng Nam", "Đà Nẵng"),
        ("Atlantis", None),
    ],
)
def test_old_names_and_other_spellings_resolve(typed: str, today: str | None) -> None:
    assert resolve_province(typed) == today


@pytest.mark.parametrize("typed", ["Trung ương", "trung uong", "TRUNG ƯƠNG"])
def test_an_outlet_of_the_whole_country_stands_under_no_province(typed: str) -> None:
    assert resolve_area(typed) == CENTRAL
    assert resolve_province(typed) is None
    assert resolve_area("yên bái") == "Lào Cai"
    assert resolve_area("Mường Thanh") is None
