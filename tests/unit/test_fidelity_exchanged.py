"""Facts of one article exchanged, words turned and figures written otherwise. All is invented."""

from __future__ import annotations

import pytest

from pipeline.judge.fidelity.checking import check

SOURCE = (
    "Ông Sáng ở bản Nà Khê\n"
    "Ông Lò Văn Sáng nuôi 1 250 con gà ở xã Nậm Sài, có ba người con đều học đại học.\n"
    "Năm 2019, ông vay 50 triệu đồng mua giống ở huyện Mường Chum. "
    "Năm 2021, ông hiến 200 m2 đất xây nhà văn hóa.\n"
    "Ngày 12/4, đoàn bác sĩ khám bệnh miễn phí cho người già ở xã Nậm Sài.\n"
    "Ngày 20/5, trận lũ quét cuốn trôi cây cầu gỗ ở xã Phú Lương; ông góp 90 triệu đồng dựng lại "
    "cầu.\n"
    "Sản lượng trứng tăng 20% so với vụ trước. Ông không còn hút thuốc, ông từ chối nhận tiền "
    "thưởng của xã.\n"
    "Ông Hoàng Văn Thụ, Chủ tịch UBND xã Nậm Sài, tặng giấy khen cho ông Sáng.\n"
    "“Tôi làm việc này vì bà con”, ông Sáng nói, “chứ không vì tiền bạc hay danh tiếng gì”.\n"
    'Bà con gọi ông là "tấm gương sáng" cho các thế hệ sau noi theo.\n'
    "Bà Lù Thị Mai kể rằng đường vào bản trước đây lầy lội, học sinh phải nghỉ học khi mưa.\n"
    "Anh Giàng A Chu được Đoàn Thanh niên Công an tỉnh An Phú tặng chiếc xe đạp mới.\n"
    "Bệnh viện đa khoa tỉnh mổ cho cháu bé gãy tay ở Trường Mầm non Hoa Ban.\n"
    "Cháu điều trị hai tuần tại Bệnh viện Nhi Đồng Xuân.\n"
    "Đoàn từ thiện sau đó thăm Bệnh viện Phục hồi Tây Sơn."
)


def findings(summary: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.quote, one.why) for one in check(summary, SOURCE).unsupported]


@pytest.mark.parametrize(
    "summary",
    [
        "Ông Sáng nuôi 1.250 con gà và có 3 con.",
        "Ông nuôi 1250 con gà, ba con đều học đại học.",
        "Năm 2019 ông vay 50 triệu đồng để mua giống, năm 2021 hiến đất.",
        "Tháng 4, các bác sĩ khám bệnh miễn phí cho người già xã Nậm Sài.",
        "Lũ quét ngày 20/5 cuốn trôi cầu gỗ, ông góp 90 triệu đồng dựng lại.",
        "Trứng tăng 20% so với vụ trước. Ông đã bỏ hút thuốc, không nhận tiền thưởng.",
        "Ông Lò Văn Sáng nhận giấy khen của Chủ tịch UBND xã Hoàng Văn Thụ.",
        "Ông nói “Tôi làm việc này vì bà con chứ không vì tiền bạc hay danh tiếng”.",
        "Ông là “tấm gương sáng cho các thế hệ sau”.",
        "Theo bà Mai, “đường vào bản trước đây lầy lội, học sinh phải nghỉ học”.",
        "Ông Sáng ở phường không rác, nuôi 1.250 con gà.",
        "Theo bà Lù Thị Mai, đường vào bản trước đây lầy lội.",
        "Đoàn Thanh niên Công an tỉnh An Phú tặng xe đạp cho anh Giàng A Chu.",
        "Cháu bé gãy tay được mổ tại Bệnh viện đa khoa tỉnh.",
    ],
)
def test_what_the_source_says_in_other_words_passes(summary: str) -> None:
    assert findings(summary) == []


@pytest.mark.parametrize(
    ("summary", "kind", "quote", "evidence"),
    [
        ("Năm 2021, ông vay 50 triệu đồng mua giống.", "date", "2021", "Năm 2019, ông vay"),
        ("Ngày 20/5, đoàn bác sĩ khám bệnh cho người già.", "date", "20/5", "Ngày 12/4"),
        ("Lũ quét cuốn trôi cây cầu gỗ ở xã Nậm Sài.", "place", "Nậm Sài", "Phú Lương"),
        ("Ông vay 90 triệu đồng mua giống.", "number", "90 triệu", "vay 50 triệu"),
        ("Sản lượng trứng giảm 20% so với vụ trước.", "negation", "giảm", "tăng 20%"),
        ("Ông vẫn còn hút thuốc, nuôi gà.", "negation", "hút", "không còn hút thuốc"),
        ("Ông Lò Văn Sáng kể đường vào bản lầy lội, học sinh nghỉ.", "name", "Sáng", "Lù Thị Mai"),
        ("Ông Hoàng Văn Thụ được tặng giấy khen.", "award", "Hoàng Văn Thụ", "cho ông Sáng"),
        ("Ông Hoàng Văn Thụ vui. Ông được tặng giấy khen.", "award", "Ông", "cho ông Sáng"),
        ("Chu kể: xã tặng chiếc xe đạp mới cho bà Lù Thị Mai.", "name", "Lù Thị Mai", "xe đạp"),
        ("Công an tỉnh An Phú tặng xe đạp.", "name", "Công an tỉnh An Phú", "Đoàn Thanh niên"),
        ("Bệnh viện tâm thần tỉnh mổ cho cháu bé.", "name", "Bệnh viện tâm thần", ""),
        (
            "Cháu điều trị hai tuần tại Bệnh viện Phục hồi Tây Sơn.",
            "name",
            "Bệnh viện Phục hồi Tây Sơn",
            "Bệnh viện Nhi Đồng Xuân",
        ),
    ],
)
def test_an_exchanged_fact_is_shown_with_the_sentence_that_says_otherwise(
    summary: str, kind: str, quote: str, evidence: str
) -> None:
    found = findings(summary)
    right = [why for one, said, why in found if one == kind and quote in said]
    assert any(evidence.lower() in why.lower() for why in right), found
