"""Words of organisations' names: what begins them, joins them and never ends them."""

from __future__ import annotations

from typing import Literal

from pipeline.judge.names.personal import words_of

OrganisationKind = Literal["collective", "enterprise"]

_ENTERPRISE = """
tổng công ty|công ty|hợp tác xã|liên hiệp hợp tác xã|htx|tập đoàn|doanh nghiệp|tổ hợp tác
|ngân hàng|nhà máy|xí nghiệp|cơ sở sản xuất|trang trại|thương hiệu|nhà hàng|khách sạn
"""
_COLLECTIVE = """
đồn biên phòng|trạm kiểm soát biên phòng|bộ đội biên phòng|bđbp|đồn công an|công an|sư đoàn
|lữ đoàn|trung đoàn|tiểu đoàn|đại đội|quân đoàn|binh đoàn|quân khu|vùng cảnh sát biển|vùng
|bộ tư lệnh|bộ chỉ huy|ban chỉ huy|ban chqs|bộ chqs|hải đội|hải đoàn|đội|chi bộ|đảng bộ|đảng ủy
|chi hội|hội|hiệp hội|liên đoàn|liên hiệp|câu lạc bộ|clb|nhóm|trường|trung tâm|bệnh viện|trạm y tế
|trạm|phòng|khoa|chi đoàn|huyện đoàn|tỉnh đoàn|thành đoàn|xã đoàn|đoàn thanh niên|đoàn|ubnd|hđnd
|mttq|ủy ban|mặt trận|sở|viện|học viện|đại học|đh|cao đẳng|chùa|giáo xứ|quỹ|hạt kiểm lâm|chi cục
|cục|vườn quốc gia|ban|cảnh sát|tổ|kho bạc|công đoàn|ban quản lý|nhà thờ|tòa án|viện kiểm sát
|hải quân|tổng cục|bưu điện|bảo tàng|thư viện|nhà hát|đoàn nghệ thuật|mái ấm|xóm trọ|phân xưởng
|khu bảo tồn|báo|đài
"""
KIND_OF: dict[str, OrganisationKind] = {
    **{head.strip(): "collective" for head in " ".join(_COLLECTIVE.split()).split("|")},
    **{head.strip(): "enterprise" for head in " ".join(_ENTERPRISE.split()).split("|")},
}
HEADS: dict[str, tuple[str, ...]] = {}
for _head in sorted(KIND_OF, key=len, reverse=True):
    _first = _head.split()[0]
    HEADS[_first] = (*HEADS.get(_first, ()), _head)
LOWER_HEADS = frozenset(
    head
    for head in KIND_OF
    if len(head) > 4 and head not in {"trường", "phòng", "đoàn", "cao đẳng", "hải quân"}
) | {"đội", "tổ"}
"""Heads that begin a name even when written small ("chi bộ thôn Bản Phố")."""
LOWER_FIRST = frozenset(head.split()[0] for head in LOWER_HEADS)
FIRST_OF_HEADS = frozenset(HEADS)
_WEAK = """
hội đội đoàn vùng ban tổ quỹ sở viện báo đài khoa phòng trạm trường nhóm cục chùa
"""
WEAK_HEADS = frozenset(_WEAK.split())
"""Heads that inside a run are more often a syllable of a name ("Khánh Hội")."""
NO_ORGANISATION = frozenset(
    {
        "tổ quốc",
        "đội cụ hồ",
        "trường sa",
        "trường sơn",
        "trường giang",
        "hội an",
        "đoàn kết",
        "đài loan",
    }
)
_COMPOUNDS = """
an ninh|an toàn|biên phòng|biểu diễn|công ty|đảng bộ|hợp quốc
|bách khoa|bán trú |báo chí|bình an|bình đẳng|bóng đá
|bưu chính|bảo an|bảo hiểm|bảo trợ|bảo tồn|bảo vệ|bầu cử|bền vững|bệnh tật|bộ đội|cao tuổi
|cao đẳng|cha mẹ|chiến binh|chiến lược|chuyển giao|chuyển đổi|chính phủ|chính sách|chính trị
|chăm sóc|chăn nuôi|chấn thương|chấp hành|chất lượng|chế biến|chỉ huy|chỉ đạo|chủ tịch|chứng khoán
|chữ thập|chữa cháy|cung ứng|cây xanh|công an|công binh|công chứng|công nghiệp|công nghệ
|công thương|công tác|công viên|cơ động |cạnh tranh|cảnh báo|cảnh sát|cấp cứu|cấp nước|cổ phần
|cộng đồng|cứu hộ|cứu nạn|cứu trợ|cửa khẩu|cựu chiến|da liễu|di sản|di tích|dinh dưỡng
|doanh nghiệp|doanh nhân|du kích|du lịch|dân quân|dân số|dân sự|dân tộc|dân vận|dược liệu
|dược phẩm|dạy nghề|dầu khí|dịch vụ|dự báo|dự phòng|dự trữ|dự án|gia đình|giao dịch|giao lưu
|giao thông|giám hiệu|giám khảo|giám sát|giám định|giáo dục|giải phóng|giảm nghèo|giống cây
|hiến máu|hiến pháp|huyết học|huyện ủy|huấn luyện|hàng hải|hàng không|hành chính|hình sự|hòa bình
|hòa giải|hòa hảo|hòa nhập|hạ tầng|hạt nhân|hải quân|hậu cần|học sinh|hồi giáo|hồi sức|hợp tác
|hữu hạn|hữu nghị|khai thác|khen thưởng|khoa học|khoáng sản|khu phố|khu vực|khuyến học
|khuyến nông|khuyết tật|khám bệnh|khí hậu|khí tượng|không quân|khởi nghiệp |kinh doanh|kinh tế
|kiến trúc|kiểm dịch|kiểm lâm|kiểm nghiệm|kiểm ngư|kiểm soát|kiểm sát|kiểm toán|kiểm tra|kiểm định
|kế hoạch|kỹ thuật |lao động|liên hiệp|liên hợp|liên lạc|luật gia|luật sư|lâm nghiệp|lãnh đạo
|lưu trữ|lương thực|lịch sử|lực lượng|miền núi|môi trường|mạng lưới|mầm non|mẫu giáo|mặt trận
|mỹ thuật|nghiên cứu|nghiệp vụ|nghệ thuật|ngoại giao|ngoại ngữ|ngoại thương|ngoại vụ|ngôn ngữ
|người cao|người mù|nhi đồng|nhiếp ảnh|nhiệt điện|nhiệt đới|nhà báo|nhà giáo|nhà nước|nhà văn
|nhân dân|nhân lực|nhân ái|nhân đạo|nông dân|nông nghiệp |nông thôn|năng lượng|nội chính|nội trú
|nội vụ|phong trào|pháo binh|pháp chế|pháp luật|pháp lý|phát thanh|phát triển|phòng cháy
|phòng chống|phòng không|phòng thủ |phật giáo|phật tử|phổ thông|phụ huynh|phụ nữ|phục hồi|quan hệ
|quan trắc|quy hoạch|quân chủng|quân khu|quân nhân|quân sự|quân y|quân đội|quản giáo|quản lý
|quản trị|quốc gia|quốc hội|quốc phòng|quốc tế|sinh học|sinh thái|sinh viên|sáng tạo|sát biển
|sân bay|sân khấu|sư phạm|sản nhi|sản xuất|sở hữu|sức khỏe|sức trẻ|sự nghiệp|tham mưu |thanh niên
|thanh tra|thi hành|thi đua|thiên nhiên|thiên tai|thiết bị|thiết kế|thiếu nhi|thiếu niên
|thiện nguyện|thành phố|thành ủy|thông tin|thông tấn|thông vận|thú y|thương binh|thương mại
|thường trực|thường vụ|thảo dược|thầy thuốc|thẩm định|thập đỏ|thế giới|thể dục|thể thao|thị trường
|thị ủy|thống kê|thủy lợi|thủy sản|thủy văn|thủy điện|thực phẩm|thực vật|tin học|tin tức|tiểu học
|trinh sát|triển lãm|trung học|trung ương|truyền hình|truyền máu|truyền nhiễm|truyền thông
|truyền thống|trách nhiệm|trí tuệ|trật tự|trẻ em |trồng trọt|tu nghiệp|tuyên giáo|tuyên truyền
|tuyển sinh|tài chính|tài nguyên|tài trợ|tái chế|tên lửa|tình nguyện|tín dụng|tôn giáo|tư pháp
|tư vấn|tỉnh ủy|tối cao|tổ chức|tổ quốc|tội phạm|từ thiện|tự do|tự quản|ung bướu|ung thư
|viễn thông|việt nam|văn hóa|văn học|văn nghệ|văn phòng|vũ trang|vận hành|vận tải|vận động
|vật liệu|vật tư|vệ sinh|xi măng|xuất bản|xuất khẩu|xây dựng|xây lắp|xã hội|xét nghiệm|xúc tiến
|xổ số|xử lý|y dược|y học|y khoa|y tế|yêu nước|yêu thương|âm nhạc|đa khoa|điều dưỡng|điều hành
|điều tra|điện lực |điện tử|đo lường|đoàn kết|đào tạo|đô thị|đông y|đăng kiểm|đăng ký|đường bộ
|đường sắt|đường thủy|đại biểu|đại học|đại hội|đảng viên|đảng ủy|đất đai|đấu giá|đầu tư |địa chính
|địa chất|địa ốc|đối ngoại|đồng hương|đồng đội|đời sống|ẩm thực|ủy ban|ứng dụng|ứng phó
"""
PAIRS = frozenset(" ".join(pair.split()) for pair in _COMPOUNDS.split("|"))
"""Words whose second syllable is often written small: a name is never cut inside one of them
("Biên phòng", "Chính sách")."""
SERVICES = frozenset(
    {"nhân dân", "giao thông", "cơ động", "hình sự", "đường thủy", "biên phòng", "quân sự"}
)
"""Written small they still end a name: "Cảnh sát giao thông", "Quân đội nhân dân"."""
VERBS = ("triển khai", "tổ chức", "phát động", "chính thức", "phối hợp")
"""Written small they end a name, though their first syllable may belong into one."""
ADDRESSES = frozenset({"ương", "tỉnh", "huyện", "xã", "phường", "trấn", "phố", "quận", "tp", "tx"})
COMMON_HEADS = frozenset(
    {"thương hiệu", "doanh nghiệp", "trang trại", "ngân hàng", "nhà hàng", "khách sạn", "đội"}
    | {"nhóm", "hải quân", "cảnh sát", "công an", "nhà máy", "công ty", "tập đoàn", "báo", "đài"}
)
FORCES = frozenset({"hải quân", "cảnh sát", "công an", "quân đội", "không quân"})
COUNTRIES = frozenset(
    words_of(
        """
việt|việt nam|mỹ|nga|trung quốc|nhật|nhật bản|hàn quốc|thái lan|lào|campuchia|ấn độ|pháp|đức|anh
|úc|australia|singapore|malaysia|indonesia|philippines|đài loan|israel|ukraine|iran|sri lanka
"""
    )
)
"""With a common head in front they name a nationality and no organisation: "thương hiệu Việt"."""
_INNER = """
số xã phường tỉnh huyện thị trấn thành phố thôn bản ấp làng buôn khu vực vùng tổ dân y tế tiểu học
trung cơ sở phổ thông mầm non mẫu giáo tộc nội trú bán cao đẳng đại nghề nông nghiệp lâm thủy sản
hải dịch vụ thương mại xuất kinh doanh cổ phần tnhh trách nhiệm hữu hạn một hai viên xây dựng du
lịch cộng đồng công an binh đoàn phòng không pháo bộ quân chữa cháy cứu nạn hộ cảnh sát giao động
đường biên cửa khẩu quốc chỉ huy thủ đô môi trường trình hiến máu tình nguyện thiện từ chữ thập đỏ
phụ nữ nhân thanh niên cựu chiến người tuổi khuyết tật khuyến sinh vật đa khoa chuyên tổng hợp chè
cà phê kiểm soát bảo vệ rừng ngân hàng chính sách hội phát triển hỗ trợ kỹ thuật nghệ văn hóa thể
thao truyền hình việt nam đảng lao trẻ em dục đào tạo khí tượng nước sạch điện lực dược liệu rau
toàn tự quản đàn ca tài tử sự đặc trực thuộc bù nhi biển tâm thần phục hồi chức năng
"""
INNER_WORDS = frozenset(_INNER.split())
NUMBERED = frozenset({"số", "vực", "đoàn", "khu", "tổ", "đội", "xá", "vùng", "biển"})
"""Small words that a number may follow inside a name."""
