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
lô lang thò chíu lừ sồng phình hơ ha bá đàng thiên trượng ngư thị lao hạ lìm lùng ly pháng vỗ khưu
phương chế lộ miêu thuận thành tên đạo phú từ lợi
"""
_HIGHLAND = """
y a h' k' ka siu ksor rơ rmah kpă kpuih rcom rah nay puih niê mlô êban byă êñuôl hđơk knul kđoh hmok
adrơng alăng a-lăng zơ zơrâm bhling bh'riu bhríu coor hiên arất ating tơ ngôl pơloong bríu blúp clâu
cơ lơ abô ya touneh bon krong păng blong bling zuông riah pơ rapát coong arâl kray rích néang neang
đắc hồ pả côn kră srây ra-đam ra bo kon đinh pinăng chamaléa katơr cill liêng k'bông kơ ayun
"""
SURNAMES = frozenset((_COMMON + _HIGHLAND).split())
