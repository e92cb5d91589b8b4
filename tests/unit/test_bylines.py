"""Lines that name authors, photographers and outlets, as papers write them."""

from __future__ import annotations

import pytest

from pipeline.extract.bylines import credit_of, is_byline, names_press, photo_credit, split_author


@pytest.mark.parametrize(
    ("line", "author", "credit"),
    [
        ("Bài, ảnh: THU HƯƠNG", "THU HƯƠNG", None),
        ("Tin, ảnh: Minh Đức – Hồng Ngát", "Minh Đức – Hồng Ngát", None),
        ("Thu Hương (ghi)", "Thu Hương", None),
        ("Bài và ảnh: Lê Minh", "Lê Minh", None),
        ("Tác giả: Lò Văn Chiến", "Lò Văn Chiến", None),
        ("THANH NHÀN - HỮU TUẤN (t/h)", "THANH NHÀN - HỮU TUẤN", None),
        ("H'Linh Niê", "H'Linh Niê", None),
        ("Y Krin", "Y Krin", None),
        ("Ghi chép của Lê Thanh", "Lê Thanh", None),
        ("Bút ký của Trần Thị Mơ", "Trần Thị Mơ", None),
        ("Nguyễn Hồng, CTV", "Nguyễn Hồng", None),
        ("CTV Hoàng Nam", "Hoàng Nam", None),
        ("Phóng viên Hồng Vân", "Hồng Vân", None),
        ("Nội dung: Thu Trang | Ảnh: Quốc Khánh", "Thu Trang", None),
        ("Bài: Phương Lan; Ảnh: Đức Minh", "Phương Lan", None),
        ("Lương Hà - Trung tâm Văn hóa xã Nà Sơn", "Lương Hà", None),
        ("Mạnh Hùng/VOV-Tây Bắc", "Mạnh Hùng", "VOV-Tây Bắc"),
        ("Mạnh Hùng/TTXVN", "Mạnh Hùng", "TTXVN"),
        ("Tin, bài: Mạnh Hùng - Biên tập: Lê Mỹ", "Mạnh Hùng", None),
        ("Thơ: Mạnh Hùng", "Mạnh Hùng", None),
        ("Reported by Manh Hung", "Manh Hung", None),
        ("Translated by Manh Hung", None, None),
    ],
)
def test_author(line: str, author: str | None, credit: str | None) -> None:
    assert split_author(line) == (author, credit)
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "Theo TTXVN", "(Theo TTXVN)", "Nguồn: Báo Mẫu", "Nguồn: baomau.vn", "(Nguồn: VOV)", "TTXVN",
        "Theo Cổng TTĐT Chính phủ", "Nguồn tin: Cổng thông tin điện tử tỉnh Mẫu", "Theo VGP",
        "Dẫn nguồn Báo Nhân Dân", "Link gốc: https://baomau.vn/abc.html", "Theo nhandan.vn",
        "(Tổng hợp từ Reuters", "vtv.vn",
    ],
)  # fmt: skip
def test_credit_to_another_outlet(line: str) -> None:
    credit = credit_of(line)
    assert credit is not None
    assert names_press(credit)


@pytest.mark.parametrize(
    "line",
    [
        "Theo ông Nam", "Theo đó, người dân được hỗ trợ.", "Nguồn nước sạch", "Theo chị Hoa",
        "Theo Nghị quyết số 10", "Theo UBND xã", "Nguồn vốn vay ưu đãi",
    ],
)  # fmt: skip
def test_beginning_of_a_sentence_is_no_credit(line: str) -> None:
    assert credit_of(line) is None


@pytest.mark.parametrize(
    ("caption", "who"),
    [
        ("Chị Mơ bên khung cửi. Ảnh: Thu Hà", "Thu Hà"),
        ("Chị Mơ bên khung cửi (Ảnh: Thu Hà)", "Thu Hà"),
        ("Chị Mơ bên khung cửi. (Ảnh Thu Hà)", "Thu Hà"),
        ("Chị Mơ. Ảnh: T.H/TTXVN", "T.H/TTXVN"),
        ("Chị Mơ (ảnh NVCC).", "NVCC"),
        ("Chị Mơ. Ảnh do gia đình cung cấp", "gia đình"),
        ("Chị Mơ/Ảnh: Lê Văn", "Lê Văn"),
        ("Chị Mơ. Ảnh tư liệu", "Ảnh tư liệu"),
        ("Chị Mơ bên bức ảnh cũ", None),
        ("Chị Mơ chụp ảnh cùng con", None),
    ],
)
def test_photographer(caption: str, who: str | None) -> None:
    found = photo_credit(caption)
    assert (found and found[1]) == who
