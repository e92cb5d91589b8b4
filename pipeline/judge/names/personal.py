"""Words of Vietnamese personal names: surnames, titles, ranks, kinship terms.

Surnames of all peoples stand in one list on purpose: the program recognises a name and never
draws a conclusion about the person's people from it.
"""

from __future__ import annotations

_COMMON = """
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lí đào đoàn đinh trịnh
trương lâm mai tô hà cao châu tạ thái lương lưu tăng phùng quách từ vương thân la triệu chu nghiêm
mạc tống kiều quang doãn khổng cù ninh thạch sơn kim danh chau kiên trang bành âu ông diệp đàm đồng
giang hứa khương khuất lại lục lã lữ mạch mã mẫn ngụy nhan nhữ ôn phí phó phù sầm sử tào thang thi
thiều tiêu tôn tưởng trà tri trình ung văn viên vi xa an bạch bàn bế biện cầm cà cam chung chử chúc
chương cung cấn đậu điêu điền đới giáp hàn hầu hoa hồng hán hoàn kha khúc kỷ lò lường lèo lù lừu lầu
lỳ lộc lôi lỗ liễu ma mùa múa mông ngân ngọ nông phảng phàn pờ quàng quan quảng sùng sìn thào thàng
tẩn tải tráng tếch tòng vàng vừ vạng xồng hạng hờ giàng cứ cháng chảo cư cút kháng khoàng cụt moong
lô lang thò chíu lừ sồng phình hơ ha bá đàng trượng ngư lao hạ lìm lùng ly pháng vỗ khưu
phương chế miêu phú từ và chang sô xeo sình mấu voòng dường tằng lỷ ngải phùn tếnh hảng sồ
khồng chỉu vùi thền nùng hù sải vảng bế lằm dềnh chìu
"""
_HIGHLAND = """
y a h' k' ka siu ksor rơ rmah kpă kpuih rcom rah nay puih niê mlô êban byă êñuôl hđơk knul kđoh hmok
adrơng alăng a-lăng zơ zơrâm bhling bh'riu bhríu coor hiên arất ating tơ ngôl pơloong bríu blúp clâu
cơ lơ abô ya touneh bon krong păng blong bling zuông riah pơ rapát coong arâl kray rích néang neang
đắc hồ pả côn kră srây ra-đam ra bo kon đinh pinăng chamaléa katơr cill liêng k'bông kơ ayun điểu
bnướch cơlâu mohamad mách ro pi tro hốih tarương avô kpuil jơr bonyô touprong rô kađơr pupur kasá
"""
SURNAMES = frozenset((_COMMON + _HIGHLAND).split())

_KIN = """
ông bà anh chị em cháu cô chú bác cụ cậu mợ thím dì già lão thầy má mẹ bé bạn tía nội ngoại mế mệ
ama amí ché
"""
KINSHIP = frozenset(_KIN.split())
_TITLES = """
đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá|trung tá|thiếu tá|đại úy|thượng úy
|trung úy|thiếu úy|thượng sĩ|trung sĩ|hạ sĩ|binh nhất|binh nhì|chuẩn úy|thuyền trưởng|chiến sĩ
|bác sĩ|bs|bs.|ths|ths.|ths.bs|ts|ts.|ts.bs|gs|gs.|pgs|pgs.|gs.ts|pgs.ts|gs.ts.|pgs.ts.|ths.bs.
|tiến sĩ|thạc sĩ|giáo sư|phó giáo sư|kỹ sư|kĩ sư|nghệ nhân|nghệ sĩ|nsưt|nsnd|nnưt|nnnd|nhà giáo
|nhà báo|nhà văn|nhà thơ|nhà nghiên cứu|nhạc sĩ|ca sĩ|họa sĩ|đạo diễn|kiến trúc sư|luật sư|dược sĩ
|cô giáo|thầy giáo|giáo viên|giảng viên|y sĩ|y tá|điều dưỡng|hộ sinh|doanh nhân|anh hùng|liệt sĩ
|thương binh|cựu chiến binh|ccb|cựu binh|nông dân|ngư dân|lão nông|công nhân|học sinh|nam sinh
|nữ sinh|sinh viên|du khách|trưởng thôn|trưởng bản|trưởng ấp|trưởng buôn|già làng|thôn trưởng
|bí thư|phó bí thư|chủ tịch|phó chủ tịch|giám đốc|phó giám đốc|hiệu trưởng|hiệu phó|trưởng ban
|phó ban|trưởng phòng|phó phòng|trưởng khoa|phó khoa|chủ nhiệm|tổ trưởng|đội trưởng|đội phó|đồn
trưởng|chính trị viên|trung đội trưởng|đại đội trưởng|tiểu đoàn trưởng|trung đoàn trưởng|đồng chí
|đ/c|đ/c.|mục sư|linh mục|sư cô|sư thầy|thượng tọa|đại đức|hòa thượng|ni sư|ni trưởng|hội viên
|đoàn viên|đảng viên|vận động viên|huấn luyện viên|nghệ nhân ưu tú|nghệ nhân nhân dân|chàng trai
|cô gái|chủ hộ|tài xế|lái xe|thợ|ông chủ|bà chủ|tác giả|thủ khoa|em học sinh|phóng viên|biên đạo
|nhiếp ảnh gia|thanh niên|cán bộ|người thợ|vợ chồng|trưởng đoàn|chủ tịch hội|chi hội trưởng|hộ
|nhân viên|bảo vệ|hướng dẫn viên|nhà khoa học|chuyên gia|lương y|thẩm phán|kiểm lâm viên|chủ|cha
|hiệp sĩ|nguyên|bố|con trai|con gái|vợ|chồng|em trai|em gái|anh trai|chị gái|hoa hậu|tổng bí thư
|thủ tướng|bộ trưởng|thứ trưởng|sư cả|sư phó|sư trụ trì|à cha|thầy mo|thầy cúng
|đại biểu|tổng giám đốc|trợ lý|thủ trưởng|chánh văn phòng
"""
TITLES = frozenset(" ".join(title.split()) for title in _TITLES.split("|"))
"""Words that stand directly before a person's name, besides kinship terms."""


def words_of(listed: str) -> tuple[str, ...]:
    """Phrases separated by ``|``, written over several lines."""
    return tuple(" ".join(phrase.split()) for phrase in listed.split("|"))


def any_of(listed: str) -> str:
    """The same as alternatives of a regular expression, in one group.

    A branch may itself hold ``|`` inside brackets, but no blank beside it.
    """
    return "(?:" + "|".join(words_of(listed)) + ")"
