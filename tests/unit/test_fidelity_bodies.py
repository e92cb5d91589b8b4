"""Names that only hold together whole, and awards that are only proposed."""

from __future__ import annotations

import pytest

from pipeline.judge.fidelity.checking import check

SOURCE = (
    "Ông Lò Văn Sáng ở thôn Suối Bạc, xã Nậm Khê nhặt được túi tiền, nộp cho công an phường. "
    "Người mất lấy hai triệu đồng đền ơn nhưng ông từ chối.\n"
    "Ở xã Đông Sơn có mưa lớn, đường về tỉnh An Phú bị chia cắt, dân tập trung ở nhà văn hóa.\n"
    "Lễ khen diễn ra tại Học viện Thanh niên, cải cách hành chính là việc được bàn.\n"
    "Toàn tỉnh có 444 cá nhân được tặng giấy khen, 84 tập thể được tặng cờ thi đua.\n"
    "Huyện đoàn sẽ đề nghị trao huy hiệu Tuổi trẻ dũng cảm cho ông."
)


@pytest.mark.parametrize(
    "summary",
    [
        "Ở thôn Suối Bạc, xã Nậm Khê có ông Lò Văn Sáng.",
        "Ông Lò Văn Sáng, xã Nậm Khê, nộp túi tiền cho công an phường.",
        "Ông không nhận tiền đền ơn.",
        "Lễ khen tại Học viện Thanh niên.",
        "444 người được tặng giấy khen.",
        "Huyện đoàn đề nghị trao huy hiệu Tuổi trẻ dũng cảm.",
    ],
)
def test_what_the_source_joins_passes(summary: str) -> None:
    assert check(summary, SOURCE).unsupported == ()


@pytest.mark.parametrize(
    ("summary", "kind", "quote"),
    [
        ("Ông ở thôn Suối Bạc, xã Đông Sơn.", "place", "xã Đông Sơn"),
        ("Ông nộp túi tiền cho công an tỉnh.", "place", "công an tỉnh"),
        ("Lễ khen tại Học viện Hành chính.", "name", "Học viện Hành chính"),
        ("Bà con xã Trung An bị chia cắt.", "place", "Trung An"),
        ("Ông nhận tiền đền ơn.", "negation", "nhận tiền"),
        ("444 tập thể được tặng giấy khen.", "number", "444"),
        ("Ông được trao huy hiệu Tuổi trẻ dũng cảm.", "award", "huy hiệu Tuổi trẻ dũng cảm"),
    ],
)
def test_what_the_source_never_joins_is_found(summary: str, kind: str, quote: str) -> None:
    found = [(one.kind, one.quote) for one in check(summary, SOURCE).unsupported]
    assert (kind, quote) in found
