"""Illness and poverty are flagged where they are somebody's. Every person here is invented."""

from __future__ import annotations

import pytest

from pipeline.judge.names.hardship import said_of_somebody
from pipeline.judge.names.people import find_people
from pipeline.shapes import ArticleText


def said(marked: str) -> bool:
    start = marked.index("[")
    end = marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    return said_of_somebody(text, start, end, "text", find_people(ArticleText("", text)))


@pytest.mark.parametrize(
    "text",
    [
        "Năm ngoái ông Lò Văn Pản phát hiện mắc bệnh [ung thư] gan.",
        "Chị Lò Thị Mỷ bán rau. Một mình chị nuôi mẹ già [tai biến].",
        "Gia đình anh Giàng A Chu thuộc diện [hộ nghèo] của xã.",
        "Nguyễn Thị Nhài, học sinh [khiếm thị], đạt giải nhất.",
        "Ông Lò Văn Pản là người [khuyết tật] nhưng không nản.",
        "Em Lò Thị Mỷ về nhất. Một sinh viên có [hoàn cảnh khó khăn] mà vẫn trả lại tiền.",
        "Hội tặng xe đạp cho em Lò Thị Mỷ, [hoàn cảnh khó khăn].",
    ],
)
def test_it_is_somebodys(text: str) -> None:
    assert said(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ông Lò Văn Pản cho 15 [hộ nghèo] mượn giống.",
        "Ông Lò Văn Pản tặng quà cho các hộ cận nghèo, gia đình có [hoàn cảnh khó khăn].",
        "Bà Lò Thị Mỷ làm ở Bệnh viện [Ung thư] đã mười năm.",
        "Bác sĩ Lò Văn Pản nghiên cứu điều trị [ung thư] máu.",
        "Ông Lò Văn Pản nói: “Chiếc xe lăn dành cho người [khuyết tật]”.",
        "Bí thư Lò Văn Pản cho biết tỷ lệ [hộ nghèo] còn 5%.",
        "Ông Lò Văn Pản vui vì thôn không còn [hộ nghèo].",
        "Thôn có một gia đình thuộc diện [hộ nghèo].",
    ],
)
def test_it_is_a_groups_an_institutions_or_nobodys(text: str) -> None:
    assert not said(text)
