"""Wording around a name that tells whether the story is about it."""

from __future__ import annotations

import re

from pipeline.judge.names.personal import any_of, words_of
from pipeline.judge.reading.runs import SYLLABLE, by_first_word

_OFFICES = any_of("""
chủ tịch|bí thư|bộ trưởng|thứ trưởng|thủ tướng|giám đốc|trưởng ban|trưởng phòng|chánh văn phòng
|đồng chí|cục trưởng|vụ trưởng|chỉ huy trưởng|chính ủy|chính trị viên|tư lệnh|hiệu trưởng
|trưởng công an|đồn trưởng|hiệu phó|phó phòng|phó khoa|trưởng khoa|đại biểu
""")
LEADER = re.compile(rf"{_OFFICES}[^.;\n]{{0,60}}$")
_HEADS_OF_FIRMS = any_of("""
giám đốc|chủ tịch hđqt|chủ tịch hội đồng quản trị|chủ nhiệm|chủ doanh nghiệp
""")
DIRECTS = re.compile(rf"{_HEADS_OF_FIRMS}[^.;\n]{{0,50}}$")
"""Before a name: who runs a firm."""
FIRM = re.compile(r"(?<!\w)(?:htx|hợp tác xã|công ty|doanh nghiệp|tổ hợp tác|tập đoàn)(?!\w)")
_POSTS = any_of("""
chủ tịch|bí thư|giám đốc|trưởng|hiệu trưởng|cục|chánh|chỉ huy|chính trị|đồn trưởng|phó phòng
|hiệu phó|ủy viên|đại diện|cán bộ
""")
OFFICE_AFTER = re.compile(rf"\s*[,(–-] ?(?:phó |nguyên )*{_POSTS}")
_LIVES = any_of("""
\\d{2} tuổi|sn\\b|sinh năm|sinh \\d|ngụ|trú|quê|\\d+ tuổi|dân tộc|người dân tộc|học sinh|sinh viên
|lớp|ở thôn|ở xã|ở bản|là\\s
""")
LIFE = re.compile(rf"\s*[,(–-]?\s*\(?{_LIVES}")
_SAYS = any_of("""
cho biết|cho hay|chia sẻ|nói|kể|tâm sự|bày tỏ|khẳng định|thông tin|nhận xét|đánh giá
""")
SPEAKS = re.compile(rf"[^.\n]{{0,45}}?{_SAYS}")
_DOES = any_of("""
đã\\s|vẫn\\s|luôn\\s|trở thành|bắt đầu|quyết định|phối hợp|hỗ trợ|giúp|huy động|tổ chức|triển khai
|nhặt được|lao\\s|nhảy\\s|hiến|mở\\s|trồng|nuôi|sáng chế|xây dựng|cùng\\s
""")
ACTS = re.compile(rf"[^.\n]{{0,30}}?{_DOES}")
_HELP = any_of("""
cứu(?: sống)?|cứu được|trả lại|trao trả|trả|giúp(?: đỡ)?|hỗ trợ|đưa|thăm|tặng quà|bị thương|nạn nhân
|cứu giúp|phát hiện|sang nhà|tại nhà|nhà|tiền|tài sản|người thân|gia đình
""")
HELPED = re.compile(
    rf"{_HELP}(?: (?:cho|của|lại|quà|là))?(?: (?:ông|bà|anh|chị|em|cháu|cụ|cô|nạn nhân))? $"
)
_KIN = any_of("""
con trai|con gái|con|cháu nội|vợ|chồng|mẹ|bố|cha|phụ huynh|em gái|em trai|anh trai|chị gái|bạn
|người thân
""")
RELATIVE = re.compile(rf"{_KIN}(?: (?:là|của|em|ông|bà|anh|chị|cháu|ruột))* $")
HONOURED = re.compile(
    r"(?:khen|biểu dương|tuyên dương|tôn vinh|thư cảm ơn|danh hiệu)[^.\n]{0,40}(?:cho|với|đến|tặng)"
    r"(?: \w+){0,3} $"
)
HOUSEHOLD = re.compile(r"(?:gia đình|hộ|vợ chồng) (?:\w+ )?$")
PLURAL = re.compile(r"(?<!\w)(?:hai|ba|bốn|[2-9]|vợ chồng|đôi|nhóm|những) ")
NUMBERS = {"hai": 2, "2": 2, "ba": 3, "3": 3, "bốn": 4, "4": 4, "năm": 5, "5": 5}
_COUNTED_PEOPLE = any_of("""
nữ|nam|học sinh|sinh viên|em|cháu|bạn|bé|chị|anh|ông|bà|công dân|người|thanh niên|chiến sĩ|cán bộ
|cậu|cô|thầy|giáo viên|bác sĩ|ngư dân|nông dân|học trò|nghệ nhân|mẹ|vợ chồng|đoàn viên|hiệp sĩ
""")
COUNTED = re.compile(rf"(?<!\w)({'|'.join(NUMBERS)}) {_COUNTED_PEOPLE}(?!\w)")
"""A headline that counts its people."""

MODEL_HEADS = by_first_word(
    words_of("""
mô hình|dự án|lớp học|lớp dạy|tuyến đường|đường hoa|kiốt|gian hàng|siêu thị|phong trào
""")
)
MODEL = re.compile(r"\w+(?: \w+)?(?: [^\s,.;:!?()“”\"\n]+){1,7}")
_ENDS = any_of("""
của|cho|là|được|đã|đang|tại|ở|do|với|trên|nhằm|để|này|từ|sẽ|không|mang|giúp|đem|vào|như|mà
""")
MODEL_ENDS = re.compile(rf" {_ENDS}(?!\w)")
QUOTED_HEADS = by_first_word(
    words_of("""
mô hình|dự án|lớp|nhóm|câu lạc bộ|clb|đội|chương trình|quỹ|thương hiệu
""")
)
QUOTED = re.compile(r"[\w ]{2,11} [“\"'‘] ?([^”\"'’\n]{3,60}?) ?[”\"'’]")
VILLAGE_HEADS = by_first_word(
    words_of("""
thôn|làng|bản|ấp|buôn|xã|khóm|chùa|tổ dân phố|chính quyền xã|người dân làng|người dân thôn
|người dân bản|người dân xã
""")
)
VILLAGE = re.compile(rf"\w+(?: [a-zà-ỹđ]+){{0,2}} {SYLLABLE}(?: {SYLLABLE}){{0,3}}")
CREW_HEADS = by_first_word(words_of("đội|nhóm|tổ|đoàn|câu lạc bộ|clb"))
_CREW_WORDS = any_of("""
tình nguyện|thiện nguyện|hiệp sĩ|lái xe|dặm|vá|đường|chữa cháy|kêu gọi|cứu trợ|từ thiện|cứu hộ
|hỗ trợ|miễn phí|hiến máu|hợp tác|nuôi|trồng|sản xuất|dân ca|văn nghệ|tự quản|phụ nữ|thanh niên|gà
|bò
""")
CREW = re.compile(rf"(?:câu lạc bộ|\w+)(?: {_CREW_WORDS}){{1,6}}(?!\w)")
UNIT_GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (group, re.compile(any_of(heads)))
    for group, heads in (
        (
            "office",
            "ubnd|hđnd|sở|ủy ban|đảng ủy|phòng|ban(?! chỉ)|mttq|mặt trận|cục|tổng cục|chi cục",
        ),
        ("force", "đồn|sư đoàn|lữ đoàn|trung đoàn|binh đoàn|vùng|bộ đội|tiểu đoàn|hải|đại đội"),
        ("police", "công an|cảnh sát|đội|tổ"),
        ("command", "ban chỉ huy|bộ chỉ huy|bộ tư lệnh|quân khu|bđbp|quân đoàn|ban chqs"),
        ("care", "bệnh viện|trung tâm|trạm|khoa|trường|đại học|đh|học viện|viện|cao đẳng"),
        ("society", "hội|đoàn|chi hội|chi đoàn|huyện đoàn|tỉnh đoàn|thành đoàn|liên|quỹ|chùa"),
        ("club", "câu lạc bộ|clb|nhóm"),
        ("firm", "công ty|htx|hợp tác xã|tập đoàn|doanh nghiệp|nhà máy|tổng công ty|tổ hợp tác"),
    )
)
"""What sort of organisation a name's first words say it is."""
CALLED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(rf"(?<!\w){any_of(headline)}(?!\w)"), frozenset(words_of(titles)))
    for headline, titles in (
        (
            "học sinh|nam sinh|nữ sinh|học trò|cậu bé|cô bé|bé|em|cháu|sinh viên|thủ khoa",
            "em|cháu|bé|cậu|bạn|học sinh|nam sinh|nữ sinh|em học sinh|sinh viên",
        ),
        (
            "ông|anh|lão|chàng|người đàn ông|cựu binh|chú|già",
            "ông|anh|chú|lão|già|chàng trai|cụ|già làng",
        ),
        (
            "bà|chị|cô|nữ|người phụ nữ|mẹ|nàng|má",
            "bà|chị|cô|cụ|má|cô gái|cô giáo|em",
        ),
    )
)
"""How a headline calls its person, and the titles that go with it in the text."""
_ONE = any_of("""
ông|bà|anh|chị|cô|cụ|em|thầy|học sinh|nam sinh|nữ sinh|sinh viên|bác sĩ|nông dân|lão nông|kỹ sư
|chàng|người (?:đàn ông|phụ nữ|thợ|mẹ|thầy|lính|nông dân|thương binh|giữ)|cậu|thanh niên|nghệ nhân
|cựu binh|cựu chiến binh|trưởng thôn|già làng|già|bí thư|nữ|học trò|thuyền trưởng|trung úy|đại úy
|công dân|nhân viên|tỷ phú|triệu phú|doanh nhân|ông chủ|9x|8x|tôi|mẹ|chiến sĩ
""")
_UNIT = any_of("""
bộ đội|công an|cảnh sát|csgt|biên phòng|sư đoàn|lữ đoàn|binh đoàn|trung đoàn|đồn|đơn vị|lực lượng
|đội|nhóm|clb|câu lạc bộ|bạn trẻ|người trẻ|trường|bệnh viện|thôn|xã|làng|bản|dân|người dân|hội|đoàn
|tuổi trẻ|thầy trò|hải quân|htx|công ty|tình dân|quân dân|quân đội|giúp dân
""")
_THING = any_of("mô hình|lớp học|trồng|nuôi|du lịch|tuyến|mảng|dự án|siêu thị")
HEADLINE = (
    ("one", re.compile(rf"(?<!\w){_ONE}(?!\w)")),
    ("unit", re.compile(rf"(?<!\w){_UNIT}(?!\w)")),
    ("model", re.compile(rf"(?<!\w){_THING}(?!\w)")),
)
"""What a headline speaks of: one person, a unit, or a model."""
DATELINE = re.compile(r"^[^:]{2,16}: ")
EMPTY_WORDS = frozenset(
    words_of("của|và|cho|là|được|với|trong|ở|từ|về|những|các|một|có|người|để|khi|đã")
)
