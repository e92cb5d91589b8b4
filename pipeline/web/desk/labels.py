"""Words for the slugs that the machine uses, and the reasons people choose from."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline.group import Fact, Shared
from pipeline.publish import channels
from pipeline.review.register_nominations import Reason
from pipeline.review.register_regrouping import Why as WhyNot
from pipeline.review.regrouping import Why

FLAGS = {
    "hype": _("Cường điệu"),
    "minor": _("Trẻ em"),
    "health": _("Sức khỏe"),
    "poverty": _("Hoàn cảnh khó khăn"),
    "syndicated": _("Dẫn lại báo khác"),
    "advert": _("Nghi quảng cáo"),
    "document": _("Văn bản"),
    "leadership": _("Tin lãnh đạo"),
    "public": _("Người dân giới thiệu"),
}
KINDS = {
    "individual": _("Cá nhân"),
    "household": _("Hộ gia đình"),
    "collective": _("Tập thể"),
    "enterprise": _("Doanh nghiệp, HTX"),
    "model": _("Mô hình"),
    "none": _("Chưa rõ"),
}
EVIDENCE = {
    "subject": _("Chủ thể"),
    "deed": _("Việc làm"),
    "result": _("Kết quả"),
    "award": _("Khen thưởng"),
    "hype": _("Lời cường điệu"),
}
REASONS = {
    "subject": _("có chủ thể rõ"),
    "deed": _("việc làm cụ thể"),
    "result": _("kết quả cụ thể"),
    "award": _("được khen thưởng"),
    "narrative": _("kể chuyện người thật"),
    "document": _("giống văn bản"),
    "meeting": _("giống tin hội nghị"),
    "leadership": _("giống tin lãnh đạo"),
    "event": _("giống tin sự kiện"),
}
REJECT_REASONS = (
    _("Không có gương cụ thể"),
    _("Tin hội nghị, lãnh đạo"),
    _("Quảng cáo"),
    _("Trùng tin đã có"),
    _("Chưa đủ căn cứ"),
)
CLAIMS = {
    "number": _("con số"),
    "name": _("tên riêng"),
    "date": _("ngày tháng"),
    "award": _("khen thưởng"),
    "place": _("địa danh"),
    "quotation": _("lời trích"),
    "superlative": _("so sánh nhất"),
    "negation": _("phủ định"),
}
CANNOT_REGROUP = {
    Why.TWO_IN_DIGESTS: _(
        "Cả hai tin đều nằm trong bản tin. Hãy lấy một tin ra khỏi bản tin rồi gộp;"
        " hai tin đã phát thì không gộp được."
    ),
    Why.CREDITED: _(
        "Bản tin dẫn nguồn theo bài này, không tách ra được. Hãy tách các bài còn lại."
    ),
    Why.NO_PART: _("Hãy chọn một phần các bài của tin."),
    Why.ONE_STORY: _("Hãy chọn một tin khác để gộp."),
    Why.ERASED: _("Tin kia đã được xóa khỏi kho, không gộp và không hoàn tác được."),
    Why.REGROUPED_SINCE: _(
        "Tin đã được gộp hoặc tách sau phiên bản này. Hãy hoàn tác việc gộp, tách đó trước."
    ),
    Why.CHANGED_SINCE: _(
        "Tin kia đã được xử lý tiếp sau khi tách hoặc gộp. Hãy hoàn tác ở tin đó trước,"
        " hoặc gộp, tách lại bằng tay."
    ),
}
CANNOT_REGROUP_EXEMPLARS = {
    WhyNot.ONE_EXEMPLAR: _("Hai hồ sơ này đã là một."),
    WhyNot.NO_PART: _("Hãy chọn một phần các tin của hồ sơ; tin đầu tiên ở lại."),
    WhyNot.MERGED_STORY: _("Tin này đã được gộp với một tin khác của hồ sơ. Hãy tách tin trước."),
    WhyNot.CHANGED_SINCE: _("Sau đó đã có người trả lời khác, nên không hoàn tác được nữa."),
}
NOMINATION_REASONS = {
    Reason.DEED_AND_RESULT: _("việc làm và kết quả cụ thể"),
    Reason.OUTLETS: _("nhiều báo viết"),
    Reason.STORIES: _("nhiều tin"),
    Reason.STAGE: _("đã được bồi dưỡng"),
}
AWARD_LEVELS = {
    "state": _("Nhà nước"),
    "government": _("Chính phủ"),
    "ministry": _("Bộ, ngành, đoàn thể Trung ương"),
    "province": _("Tỉnh"),
    "district": _("Huyện (trước 7/2025)"),
    "commune": _("Xã, phường"),
    "organisation": _("Hội, tổ chức khác"),
}
FACTS = {
    Fact.COMMUNE: _("cùng ở %(words)s"),
    Fact.ORGANISATION: _("cùng gắn với %(words)s"),
    Fact.PERSON: _("cùng nhắc tới %(words)s"),
    Fact.PROVINCE: _("cùng tỉnh %(words)s"),
    Fact.KIND: _("cùng loại"),
    Fact.NAME: _("cùng tên %(words)s"),
}
"""Why two stories may be about one exemplar."""
ANSWERS = {
    "redirected to the home page": _("chuyển về trang chủ"),
    "redirected to the front page": _("chuyển về trang chủ"),
    "redirected to a section page": _("chuyển về trang chuyên mục"),
    "redirected to an error page": _("chuyển tới trang báo lỗi"),
}
_ERROR_PAGE = "an error page: "


def answer_words(said: str) -> str:
    """What an outlet last answered for a published link, for people."""
    if said.startswith(_ERROR_PAGE):
        return gettext("trang báo lỗi: %s") % said.removeprefix(_ERROR_PAGE)
    return str(ANSWERS.get(said, said))


def shared_words(shared: Shared) -> str:
    """``cùng ở Nậm Hẻn``"""
    return str(FACTS[shared.fact]) % {"words": shared.words}


LABELS = {
    "yes": _("điển hình"),
    "borderline": _("chưa chắc"),
    "no": _("không phải"),
}
"""What the machine says of a story."""
FIGURES = {
    ("exemplar", "ap"): _("Xếp điển hình lên đầu"),
    ("exemplar", "right"): _("Đoán đúng nhận hay từ chối"),
    ("exemplar", "kept"): _("Tin được nhận còn hiện trong hộp tin"),
    ("sectors", "f1"): _("Lĩnh vực"),
}
NOT_LEARNED = {
    "few": _("còn ít quyết định, chưa học"),
    "one_kind": _("hầu như chỉ có một loại quyết định, chưa học"),
    "worse": _("học xong không hơn mô hình gốc, nên giữ như cũ"),
    "worse_than_own": _("học xong kém mô hình trước, nên giữ như cũ"),
    "nothing_new": _("không có gì mới để học"),
}
WITHDRAWAL_REASONS = (
    _("Báo đã gỡ hoặc đính chính bài gốc"),
    _("Có thông tin sai"),
    _("Nhân vật hoặc gia đình đề nghị"),
    _("Chưa được phép sử dụng"),
)
ROLES = {
    "editor": _("Duyệt tin, soạn bản tin, gửi lãnh đạo duyệt, gỡ tin đã phát."),
    "chief": _(
        "Như biên tập viên; thêm: duyệt bản tin, quyết định lượt phát, đưa tin đã gỡ trở lại, "
        "xem nhật ký."
    ),
    "board": _("Theo dõi hồ sơ điển hình; xem mọi tin và bản tin, không sửa tin."),
    "admin": _("Như lãnh đạo duyệt; thêm: quản lý tài khoản."),
}
"""What each role may do, as ``pipeline.web.desk.permissions`` has it, in words."""
CHANNELS = {
    "portal": _("Cổng"),
    "newsletter": _("Thư"),
    "zalo-broadcast": _("Zalo: gửi người theo dõi"),
    "radio": _("Kịch bản phát thanh"),
    "poster": _("Áp phích và thẻ"),
    "brief": _("Đề cương báo cáo viên"),
    "press": _("Gói bàn giao báo chí"),
    "others": _("Dịch vụ khác"),
    "notice": _("Báo nội bộ"),
}
"""Of those whose own label is not the same in every language."""


def channel_label(name: str) -> str:
    """A channel in the reader's language; one that is no longer registered is its own name."""
    known = channels.CHANNELS.get(name)
    return str(CHANNELS.get(name, known.label if known else name))


WEEKDAYS = (
    _("thứ Hai"),
    _("thứ Ba"),
    _("thứ Tư"),
    _("thứ Năm"),
    _("thứ Sáu"),
    _("thứ Bảy"),
    _("Chủ nhật"),
)
