"""Who did it and who was honoured. Every person and event here is invented."""

from __future__ import annotations

from pipeline.judge.fidelity.checking import check

SOURCE = """Cứu người trên sông Nậm Khe
Chiều 3/11, anh Giàng A Chu lao xuống dòng nước xiết, bơi hơn ba mươi mét kéo cháu bé vào bờ.
Anh Chu sơ cứu tại chỗ rồi cõng cháu tới trạm y tế.
Ông Lê Văn Tấn, Chủ tịch UBND xã, trao giấy khen cho anh Giàng A Chu.
Gia đình cháu bé mang tiền đến cảm ơn nhưng anh Chu không nhận tiền.
Cùng ngày, chị Lò Thị Pành mở cửa quán nấu cơm cho đoàn cứu hộ và dân làng chạy lũ."""


def whys(summary: str) -> list[tuple[str, str]]:
    return [(finding.quote, finding.why) for finding in check(summary, SOURCE).unsupported]


def test_a_deed_told_of_another_person_is_found() -> None:
    right = "Chị Lò Thị Pành mở quán nấu cơm cho đoàn cứu hộ và dân chạy lũ."
    assert whys(right) == []
    wrong = "Anh Lê Văn Tấn lao xuống dòng nước xiết, bơi kéo cháu bé vào bờ, sơ cứu tại chỗ."
    ((quote, why),) = whys(wrong)
    assert quote == "Lê Văn Tấn"
    assert why.startswith("nguồn kể việc này về Giàng A Chu: “Chiều 3/11, anh Giàng A Chu lao")


def test_an_award_given_to_who_hands_it_out_is_found() -> None:
    assert whys("Xã trao giấy khen cho anh Giàng A Chu.") == []
    found = whys("Xã trao giấy khen cho ông Lê Văn Tấn.")
    assert [why for quote, why in found if quote == "Lê Văn Tấn"]
    assert all("trao giấy khen cho anh Giàng A Chu" in why for _, why in found)


def test_money_that_was_refused_was_not_taken() -> None:
    assert whys("Anh Giàng A Chu không nhận tiền cảm ơn.") == []
    assert [quote for quote, _ in whys("Anh Giàng A Chu vui vẻ nhận tiền cảm ơn.")] == ["nhận tiền"]
