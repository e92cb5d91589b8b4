"""Places: old and new units, chains, ambiguous names. Every person and event here is invented."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.names.gazetteer import Gazetteer, load_gazetteer
from pipeline.judge.names.places import find_places
from pipeline.shapes import ArticleText, Place
from pipeline.text.clock import VIETNAM

TABLE = Path(__file__).parents[2] / "taxonomy" / "places.tsv"
OLD = datetime(2024, 4, 12, tzinfo=VIETNAM)
NEW = datetime(2025, 11, 2, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TABLE)


def places(
    gazetteer: Gazetteer,
    text: str,
    at: datetime | None = None,
    province: str | None = None,
) -> tuple[Place, ...]:
    article = ArticleText("", text, published_at=at, province=province)
    return find_places(article, gazetteer)[0]


@pytest.mark.parametrize(
    ("text", "at", "province", "commune", "as_of"),
    [
        ("Ở huyện Châu Thành, tỉnh An Giang, ai cũng biết.", OLD, "An Giang", None, "old"),
        ("Bản nhỏ ở xã Tả Phìn, tỉnh Lào Cai.", NEW, "Lào Cai", "Tả Phìn", "new"),
        ("Bản nhỏ ở xã Tả Phìn, tỉnh Lào Cai.", OLD, "Lào Cai", "Tả Phìn", "old"),
        ("Chị sống ở TP. HCM.", NEW, "Hồ Chí Minh", None, "new"),
        ("Chị sống ở TP.HCM từ nhỏ.", NEW, "Hồ Chí Minh", None, "new"),
        ("Chị sống ở TPHCM.", OLD, "Hồ Chí Minh", None, "old"),
        ("Quê ở Thừa Thiên Huế.", OLD, "Huế", None, "old"),
        ("Về tỉnh Thừa Thiên - Huế.", OLD, "Huế", None, "old"),
        ("Về tỉnh Đắc Lắc làm rẫy.", OLD, "Đắk Lắk", None, "old"),
        ("Về Dak Lak làm rẫy.", OLD, "Đắk Lắk", None, "old"),
        ("Rẫy ở Đăk Nông.", OLD, "Lâm Đồng", None, "old"),
        ("xã Phì Nhừ (huyện Điện Biên Đông, Điện Biên)", OLD, "Điện Biên", "Xa Dung", "old"),
        ("xã Hồng Thái, huyện Na Hang, tỉnh Tuyên Quang", None, "Tuyên Quang", "Hồng Thái", "old"),
        ("phường Bửu Hoà, TP Biên Hoà, Đồng Nai", OLD, "Đồng Nai", "Biên Hòa", "old"),
    ],
)
def test_resolves_as_of_the_date_to_todays_units(
    gazetteer: Gazetteer,
    text: str,
    at: datetime | None,
    province: str,
    commune: str | None,
    as_of: str,
) -> None:
    first = places(gazetteer, text, at)[0]
    assert (first.province, first.commune, first.as_of) == (province, commune, as_of)


def test_a_former_district_is_not_the_commune_that_bears_its_name_today(
    gazetteer: Gazetteer,
) -> None:
    # Today's Châu Thành of An Giang lies in former Kiên Giang.
    (place,) = places(gazetteer, "Nhà ở huyện Châu Thành, tỉnh An Giang.", OLD)
    assert "An Châu, An Giang" in place.candidates
    assert "Châu Thành, An Giang" not in place.candidates


def test_an_ambiguous_commune_is_left_open_with_its_candidates(gazetteer: Gazetteer) -> None:
    (place,) = places(gazetteer, "Anh về xã Tân Lập dựng trại.", NEW)
    assert place.province is None
    assert "Tân Lập, Quảng Trị" in place.candidates


@pytest.mark.parametrize(
    ("text", "outlet", "expected"),
    [
        ("Anh về xã Tân Lập dựng trại.", "Quảng Trị", "Quảng Trị"),
        ("Tỉnh Tây Ninh có nhiều trại. Anh về xã Tân Lập.", None, "Tây Ninh"),
        ("Tỉnh Tây Ninh mừng công. Xã Tân Lập, tỉnh Tây Ninh được khen.", "Quảng Trị", "Tây Ninh"),
    ],
)
def test_context_decides_an_ambiguous_commune(
    gazetteer: Gazetteer, text: str, outlet: str | None, expected: str
) -> None:
    found = places(gazetteer, text, NEW, outlet)
    assert [p.province for p in found if p.commune == "Tân Lập"] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Ông Nguyễn Văn Hà Nội nuôi ong.",
        "Sóng Thái Bình Dương rất lớn.",
        "Chủ tịch Hồ Chí Minh dạy rằng",
        "Đường Trần Hưng Đạo rợp bóng cây.",
        "Bà Bình Dương bán xôi.",
        "Theo Báo Cà Mau, anh Tám giúp dân.",
        "Đài PT-TH Lạng Sơn đưa tin.",
        "Báo và phát thanh, truyền hình Lào Cai ghi lại.",
        "Đài Phát thanh và Truyền hình tỉnh Cao Bằng ghi hình.",
        "Trang chủ | Hà Nội | Đà Nẵng | Lào Cai",
        "Minh Khôi - Báo Quảng Ninh",
    ],
)
def test_what_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert places(gazetteer, text, NEW) == ()


def test_a_notice_beside_a_word_for_outlets_is_still_a_place(gazetteer: Gazetteer) -> None:
    (found,) = places(gazetteer, "Gió mạnh, cơ quan khí tượng thông báo Quảng Ninh có mưa.", NEW)
    assert found.province == "Quảng Ninh"


def test_an_open_name_in_the_headline_means_the_place_resolved_below(gazetteer: Gazetteer) -> None:
    text = "Anh trồng cam ở xã Phú Hữu, huyện Châu Thành, tỉnh Hậu Giang."
    article = ArticleText("Châu Thành: Trồng cam sạch", text, published_at=OLD)
    ((found,), _) = find_places(article, gazetteer)
    assert (found.province, found.commune) == ("Cần Thơ", "Phú Hữu")


def test_the_outlets_province_tells_which_of_several_districts(gazetteer: Gazetteer) -> None:
    (found,) = places(gazetteer, "Ở Châu Thành ai cũng biết anh.", OLD, "Tây Ninh")
    assert found.province == "Tây Ninh"
    assert places(gazetteer, "Ở Châu Thành ai cũng biết anh.", OLD) == ()


def test_a_place_within_another_name_says_nothing_of_where_it_plays(gazetteer: Gazetteer) -> None:
    text = "Phong trào An Giang chung sức có ở Lào Cai."
    article = ArticleText("", text, published_at=OLD)
    found = find_places(article, gazetteer, [("text", 10, 28)])[0]
    assert [one.province for one in found] == ["Lào Cai"]


def test_a_title_and_a_person_may_follow_the_province_at_once(gazetteer: Gazetteer) -> None:
    (place,) = places(gazetteer, "Phó Chủ tịch UBND tỉnh An Giang Lê Văn Tám nói.", OLD)
    assert place.text == "tỉnh An Giang"


def test_two_communes_share_the_district_that_follows(gazetteer: Gazetteer) -> None:
    found = places(gazetteer, "Ở xã Vĩnh Nhuận và xã Vĩnh Lợi, huyện Châu Thành, An Giang.", OLD)
    assert [place.province for place in found] == ["An Giang", "An Giang"]
    assert all(place.commune for place in found)


def test_the_most_central_place_comes_first(gazetteer: Gazetteer) -> None:
    article = ArticleText(
        "Người giữ rừng ở xã Tả Phìn",
        "Anh từng làm thuê ở Hà Nội.\nNay anh về xã Tả Phìn, tỉnh Lào Cai.",
        published_at=NEW,
    )
    assert find_places(article, gazetteer)[0][0].commune == "Tả Phìn"


def test_a_commune_merged_away_long_ago_is_placed_by_its_district(gazetteer: Gazetteer) -> None:
    (place,) = places(gazetteer, "Bản ở xã Không Còn Nữa, huyện Sìn Hồ, tỉnh Lai Châu.", OLD)
    assert (place.province, place.commune) == ("Lai Châu", None)


def test_the_table_is_complete(gazetteer: Gazetteer) -> None:
    provinces = {
        line.split("\t")[1] for line in TABLE.read_text("utf-8").splitlines() if line[:2] == "P\t"
    }
    communes = sum(line.startswith("C\t") for line in TABLE.read_text("utf-8").splitlines())
    assert (len(provinces), communes) == (34, 3321)
    for province in provinces:
        assert any(unit.level == "province" for unit in gazetteer.named(province))


def test_a_broken_table_says_where(tmp_path: Path) -> None:
    broken = tmp_path / "places.tsv"
    broken.write_text("P\tLào Cai\ttỉnh\t\nnonsense\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"places\.tsv:2"):
        load_gazetteer(broken)


WORDS = (
    "xã |huyện |tỉnh |TP. |Tân Lập|Châu Thành|Lào Cai|, | và |(|)|Hà Nội|cũ|. |\n|Nguyễn Văn |"
    "phường 6|quận 4|Huế| - |Đắk Lắk"
)
PIECES = st.sampled_from(WORDS.split("|"))


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(), st.lists(PIECES).map("".join)), title=st.text(max_size=20))
def test_spans_always_quote_the_text(gazetteer: Gazetteer, text: str, title: str) -> None:
    article = ArticleText(title, text)
    found, evidence = find_places(article, gazetteer)
    assert len(found) == len(evidence)
    for place, span in zip(found, evidence, strict=True):
        assert getattr(article, span.field)[span.start : span.end] == span.quote == place.text
