"""Wording as the fidelity check and the summary read it: tokens, and abbreviations made equal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.text.fold import fold

_ATTACHED = r"km2|km|m2|m3|m²|m³|ha|kg|cm|mm|m|g|h|l|tấn|triệu|tr|tỷ|tỉ|đ|k"
"""Units written onto their number: ``200m``, ``14h30``."""
_SPACED = (
    r"(?<!lớp )(?<!năm )(?<!số )(?<!thôn )(?<!tổ )(?<!ngày )(?<!tháng )(?<![\d/.,-])"
    r"[1-9]\d?\d?(?:[ \u00a0\u2009\u202f]\d{3})+(?![\w/]|[.,-]\d)"
)
"""``1 250``: a blank, thin or not, between thousands."""
_TOKEN = re.compile(
    rf"{_SPACED}|\d+(?:[.,]\d+)*(?=(?:{_ATTACHED})(?!\w)|[hg]\d\d(?!\w))|\d+(?:[.,]\d+)*(?!\w)|\w+(?:&\w+)*|%|[^\w\s]|\n"
)

_BLANKS = re.compile(r"[ \u00a0\u2009\u202f]")

_WRITTEN_OUT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "htx": "hợp tác xã",
    "thcs": "trung học cơ sở",
    "thpt": "trung học phổ thông",
    "ptdtbt": "phổ thông dân tộc bán trú",
    "ptdtnt": "phổ thông dân tộc nội trú",
    "gd&đt": "giáo dục và đào tạo",
    "gdđt": "giáo dục và đào tạo",
    "lhpn": "liên hiệp phụ nữ",
    "ccb": "cựu chiến binh",
    "mttq": "mặt trận tổ quốc",
    "tncs": "thanh niên cộng sản",
    "lđlđ": "liên đoàn lao động",
    "clb": "câu lạc bộ",
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "hcm": "hồ chí minh",
    "tphcm": "thành phố hồ chí minh",
    "tnhh": "trách nhiệm hữu hạn",
    "nn&ptnt": "nông nghiệp và phát triển nông thôn",
    "nn&mt": "nông nghiệp và môi trường",
    "ntm": "nông thôn mới",
    "bhxh": "bảo hiểm xã hội",
    "bhyt": "bảo hiểm y tế",
    "dtts": "dân tộc thiểu số",
    "kh&cn": "khoa học và công nghệ",
    "tn&mt": "tài nguyên và môi trường",
    "tnmt": "tài nguyên và môi trường",
    "khcn": "khoa học và công nghệ",
    "cntt": "công nghệ thông tin",
    "cđ": "cao đẳng",
    "đh": "đại học",
    "bv": "bệnh viện",
    "csgt": "cảnh sát giao thông",
    "bđbp": "bộ đội biên phòng",
    "llvt": "lực lượng vũ trang",
    "qđnd": "quân đội nhân dân",
    "cand": "công an nhân dân",
    "vhtt&dl": "văn hóa thể thao và du lịch",
    "vhttdl": "văn hóa thể thao và du lịch",
    "chqs": "chỉ huy quân sự",
    "nsnd": "nghệ sĩ nhân dân",
    "nsưt": "nghệ sĩ ưu tú",
    "pgs": "phó giáo sư",
    "gs": "giáo sư",
    "ts": "tiến sĩ",
    "ths": "thạc sĩ",
    "bs": "bác sĩ",
    "tỉ": "tỷ",
    "kỉ": "kỷ",
    "mĩ": "mỹ",
    "lí": "lý",
    "kĩ": "kỹ",
    "sỹ": "sĩ",
    "bẩy": "bảy",
}


@dataclass(frozen=True, slots=True)
class Token:
    word: str
    """Folded."""
    start: int
    end: int
    capital: bool
    is_word: bool
    """Neither a punctuation mark nor a line end."""


def tokens(text: str) -> list[Token]:
    """Words, numbers (``1.200,5`` is one), and each mark and line end of NFC ``text``."""
    folded = fold(text)
    return [
        Token(
            _BLANKS.sub(".", found[0]) if len(found[0]) > 1 else found[0],
            found.start(),
            found.end(),
            text[found.start()].isupper(),
            found[0][0].isalnum(),
        )
        for found in _TOKEN.finditer(folded)
    ]


def written_out(words: Iterable[str]) -> str:
    """Folded words without marks, abbreviations written out: `` ủy ban nhân dân xã ``.

    A blank stands on either side, so that ``in`` finds whole words only.
    """
    spelt = (_WRITTEN_OUT.get(word, word) for word in words if word[0].isalnum())
    return f" {' '.join(spelt)} "


def span_written_out(found: Iterable[Token]) -> str:
    return written_out(token.word for token in found)


def word_set(words: str) -> frozenset[str]:
    """The words of a blank-separated list."""
    return frozenset(words.split())


EMPTY_WORDS = word_set(
    """
    và của là có được cho với tại ở trong trên từ đến đã đang sẽ các những một này đó khi để
    do bị thì mà như về ra vào lên xuống cũng còn đạt gồm theo bằng cùng hay hoặc nên tới rất
    """
)
