"""What is said of a known name or figure, and figures and dates in an editor's free wording."""

from __future__ import annotations

import pytest

from pipeline.judge.fidelity.checking import check

SOURCE = (
    "Ông Lò Văn Khâm, Phó Chủ tịch UBND xã Nậm Sài, tỉnh Điện Biên kể, hai mươi năm trước cả bản "
    "chỉ có 3 xe máy.\n"
    "Lúc 21 giờ 5 phút ngày 4/3, Thiếu tá Đinh Trọng Hiệp, Đội trưởng Đội Cảnh sát giao thông số 2,"
    " chở thầy Vàng A Sáng của Trường Cao đẳng Nậm Sài tới bệnh viện đa khoa tỉnh, đi 1,5 km.\n"
    "Sau hơn nửa năm, vườn 1,5 ha của Trưởng thôn Siu Bích bán 1.000 cây giống mỗi tháng.\n"
    "Em gái ông học lớp 4, anh trai nhặt được 5 triệu đồng, từ chối tiền trả ơn. Đến 16h, "
    "20 sinh viên được Tỉnh đoàn tặng giấy khen."
)


@pytest.mark.parametrize(
    "summary",
    [
        "Lúc 21h05 ngày 4/3, Thiếu tá Đinh Trọng Hiệp chở thầy Vàng A Sáng tới bệnh viện.",
        "Thầy Vàng A Sáng dạy ở Trường CĐ Nậm Sài.",
        "Phó Chủ tịch xã Nậm Sài Lò Văn Khâm kể chuyện cũ.",
        "Hai mươi năm trước cả bản có ba chiếc xe máy.",
        "Sau hơn sáu tháng, vườn rộng một héc ta rưỡi bán 1.000 cây giống mỗi tháng.",
        "Bốn giờ chiều, 20 bạn nhận giấy khen của Tỉnh đoàn.",
        "Anh không nhận tiền trả ơn.",
        "Lần đầu, cả bản có 3 xe máy.",
    ],
)
def test_free_wording_passes(summary: str) -> None:
    assert check(summary, SOURCE).unsupported == ()


@pytest.mark.parametrize(
    ("summary", "kind", "quote"),
    [
        ("Ông ở huyện Nậm Sài.", "place", "huyện Nậm Sài"),
        ("Chủ tịch UBND xã Nậm Sài Lò Văn Khâm kể.", "name", None),
        ("Thiếu tá Vàng A Sáng tới bệnh viện.", "name", "Thiếu tá Vàng A Sáng"),
        ("Đại tá Đinh Trọng Hiệp tới nơi.", "name", "Đại tá Đinh Trọng Hiệp"),
        ("Vườn bán 1.000 cây giống mỗi ngày.", "number", "mỗi ngày"),
        ("Vườn rộng một mét vuông rưỡi.", "number", "một"),
        ("Trung ương Đoàn tặng giấy khen.", "award", "Trung ương Đoàn"),
        ("Em gái ông học lớp 5.", "number", "5"),
        ("Hai mươi lăm năm trước cả bản có 3 xe máy.", "number", None),
    ],
)
def test_a_known_name_or_figure_in_the_wrong_place_is_found(
    summary: str, kind: str, quote: str | None
) -> None:
    found = [(f.kind, f.quote) for f in check(summary, SOURCE).unsupported]
    assert any(one == kind and quote in (None, said) for one, said in found), found
