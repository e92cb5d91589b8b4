"""Who may be one exemplar: proposed with evidence, never by a name that many bear."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.group import Fact, Subject, same_subject, subject_key

HERE = frozenset({("Lào Cai", "Nậm Hẻn"), ("Lào Cai", "")})
FARMER = Subject("Lò Thị Mây", "individual", HERE)
COOP = Subject("Hợp tác xã Lanh Lùng Phình", "collective", HERE)


def facts(a: Subject, b: Subject) -> list[Fact]:
    return [shared.fact for shared in same_subject(a, b)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đại úy Lý Thị Thuỷ", "Lí Thị Thủy"),
        ("bà Sùng Thị Páo", "SÙNG THỊ PÁO"),
        ("Nghệ nhân ưu tú, già làng Y Thăm Bkrông", "Y Thăm Bkrông"),
        ("HTX Lanh Lùng Phình", "Hợp tác xã lanh Lùng Phình"),
        ("CLB “Sen Hồng”", "Câu lạc bộ Sen Hồng"),
        ("Trường THCS Nậm Hẻn", "Trường trung học cơ sở Nậm Hẻn"),
        ("hộ gia đình ông Vàng A Sếnh", "Vàng A Sếnh"),
    ],
)
def test_one_name_written_two_ways(one: str, other: str) -> None:
    assert subject_key(one) == subject_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lò Thị Mây", "Lò Thị May"),
        ("Quý", "Quí Thị"),
        ("Y Thăm", "I Thăm"),
        ("Nguyễn Văn An", "Nguyễn Văn Anh"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert subject_key(one) != subject_key(other)


def test_a_title_alone_is_kept() -> None:
    assert subject_key("Già làng") == "già làng"
    assert subject_key("ông Mây") == "ông mây"


def test_the_same_person_months_apart_under_old_and_new_place_names() -> None:
    """Places arrive resolved: the old commune's articles and the new one's name today's commune."""
    later = replace(FARMER, name="chị Lò Thị Mây")
    assert facts(FARMER, later) == [Fact.COMMUNE, Fact.PROVINCE, Fact.KIND, Fact.NAME]


def test_a_frequent_name_in_one_province_proves_nothing() -> None:
    elsewhere = replace(FARMER, places=frozenset({("Lào Cai", "Tả Van Chư")}))
    assert not same_subject(FARMER, elsewhere)
    assert not same_subject(replace(FARMER, places=frozenset()), FARMER)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"organisations": frozenset({"Tổ hợp tác Lợn đen Nậm Hẻn"})}, Fact.ORGANISATION),
        ({"people": frozenset({"Giàng Seo Tỏa"})}, Fact.PERSON),
        ({"organisations": frozenset({"Hội Nông dân tỉnh Lào Cai"})}, None),
        ({"people": frozenset({"Tỏa"})}, None),
    ],
)
def test_what_stands_beside_a_frequent_name(
    known: dict[str, frozenset[str]], asked: Fact | None
) -> None:
    here = replace(FARMER, places=frozenset(), **known)  # type: ignore[arg-type]
    there = replace(FARMER, places=frozenset({("Sơn La", "")}), **known)  # type: ignore[arg-type]
    assert facts(here, there)[:1] == ([asked] if asked else [])


def test_a_rare_name_needs_the_province_at_least() -> None:
    rare = Subject("Hoàng Lê Thảo Nguyên", "individual", frozenset({("Lào Cai", "Nậm Hẻn")}))
    assert same_subject(rare, replace(rare, places=frozenset({("Lào Cai", "Tả Van Chư")})))
    assert not same_subject(rare, replace(rare, places=frozenset({("Sơn La", "")})))


def test_a_unit_of_its_own_name_needs_the_province_an_everyday_one_the_commune() -> None:
    province = frozenset({("Lào Cai", "")})
    assert same_subject(COOP, replace(COOP, places=province))
    women = Subject("Chi hội Phụ nữ", "collective", HERE)
    assert not same_subject(women, replace(women, places=province))
    assert same_subject(women, women)
    school = Subject("Trường Tiểu học Kim Đồng", "collective", HERE)
    assert not same_subject(school, replace(school, places=province))


def test_a_person_is_no_enterprise_of_the_same_name() -> None:
    assert not same_subject(FARMER, replace(FARMER, kind="enterprise"))
    assert same_subject(FARMER, replace(FARMER, kind="household"))


names = st.sampled_from(["Lò Thị Mây", "bà Sùng Thị Páo", "HTX Lùng Phình", "Mỵ", "Đặng Thuý Hoà"])


@given(names, st.sampled_from(["NFC", "NFD", "NFKD"]))
def test_unicode_form_and_case_do_not_matter(name: str, form: str) -> None:
    assert subject_key(unicodedata.normalize(form, name.upper())) == subject_key(name)  # type: ignore[arg-type]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_has_a_key_and_the_key_is_its_own(name: str, other: str) -> None:
    key = subject_key(name)
    assert subject_key(key) == key
    a, b = Subject(name, "none", HERE), Subject(other, "none", HERE)
    assert bool(same_subject(a, b)) == bool(same_subject(b, a))
