"""Small words that change a fact, and wording that is the writer's own. All is invented."""

from __future__ import annotations

import pytest

from pipeline.judge.fidelity.checking import check

SOURCE = (
    "Hai cậu bé Mnông cứu bạn ở sông Lam Trà\n"
    "Ngày 21-3, ông Lò Văn Sáu, phó chủ tịch UBND xã Nậm Sài, xác nhận việc cứu người.\n"
    "Vụ việc xảy ra lúc 16h chiều 20-3, khi trời vừa tạnh mưa.\n"
    "Tòng A Páo người Mnông, học sinh lớp 11A3, ở tầng 3 khu tập thể Đoàn Kinh tế 74, nhảy xuống "
    "sông Lam Trà kéo hai bạn vào bờ.\n"
    "Páo quê ở Mường Chum. Một em trôi xa nên đã tử vong.\n"
    "Căn nhà của Páo rộng 60 m2, dựng trên mảnh đất 800 m2 ở xã Nậm Sài, xã Phú Lương thì xa hơn.\n"
    "Người được cứu gửi tặng 6 chỉ vàng, Páo trả lại sau 90 phút.\n"
    "Mỗi ngày bà chủ chợ thu 30.000 đồng của một sạp hàng, mở từ tháng 5-7 và sáng chủ nhật.\n"
    "Đại tá Giàng Văn Pao và thượng tá Hoàng Mạnh Trí đến thăm.\n"
    "Chủ tịch xã Nậm Sài, ông Vàng Văn Dín, nói cả xã quý em. Hơn một năm nay em tập bơi.\n"
)


def quotes(summary: str) -> list[str]:
    return [one.quote for one in check(summary, SOURCE).unsupported]


@pytest.mark.parametrize(
    "summary",
    [
        "Mnông Tòng A Páo cứu hai bạn.",
        "Chiều 20/3 em nhảy xuống sông, một bạn không qua khỏi.",
        "Nhà nằm trên 800 m² đất.",
        "Em học lớp 11, quê Mường Chum.",
        "Hai xã Nậm Sài và Phú Lương đều quý em.",
        "Chợ mở từ tháng 5 đến tháng 7, thu 30.000 đồng mỗi ngày.",
        "Vàng em trả sau 90 phút, em không đòi gì.",
        "Chủ tịch xã Vàng Văn Dín khen em; đại tá Giàng Văn Pao đến thăm.",
    ],
)
def test_the_writers_own_wording_is_no_error(summary: str) -> None:
    assert quotes(summary) == []


@pytest.mark.parametrize(
    ("summary", "quote"),
    [
        ("Chiều 21/3 em nhảy xuống sông.", "Chiều 21/3"),
        ("Bốn giờ sáng em nghe tiếng kêu.", "Bốn giờ sáng"),
        ("Chợ mở sáng thứ bảy.", "thứ bảy"),
        ("Em ở tầng 2 khu tập thể.", "2"),
        ("Em ở nhà Đoàn Kinh tế 75.", "75"),
        ("Em nhảy xuống sông Cả.", "sông Cả"),
        ("Em Páo quê Nậm Sài.", "quê Nậm Sài"),
        ("Chủ tịch huyện Vàng Văn Dín khen em.", "Chủ tịch huyện Vàng Văn Dín"),
        ("Thượng tá Giàng Văn Pao đến thăm.", "Thượng tá Giàng Văn Pao"),
        ("Bà chủ chợ thu 30.000 đồng một tháng.", "một tháng"),
        ("Người được cứu tặng 6 lượng vàng.", "6"),
        ("Em trả lại sau 90 giờ.", "90"),
        ("Gần một năm nay em tập bơi.", "Gần một"),
    ],
)
def test_a_small_word_altered_is_found(summary: str, quote: str) -> None:
    assert quote in quotes(summary)


def test_a_denial_of_what_the_source_clearly_tells_is_found() -> None:
    assert quotes("Người được cứu không gửi tặng 6 chỉ vàng.") != []
