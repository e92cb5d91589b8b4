"""Words for the slugs that the machine uses, and the reasons people choose from."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline.group import Fact, Shared
from pipeline.publish import channels
from pipeline.review.register_nominations import Reason
from pipeline.review.register_regrouping import Why as WhyNot
from pipeline.review.regrouping import Why
from pipeline.store.models import (
    AwardState,
    DeliveryState,
    DigestState,
    RequestKind,
    Role,
    Stage,
    StoryStatus,
    SubscriberState,
)

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
ACTIONS = {
    "story.accepted": _("nhận tin"),
    "story.rejected": _("từ chối tin"),
    "story.held": _("giữ tin lại"),
    "story.edited": _("sửa tiêu đề hoặc tóm tắt"),
    "story.tagged": _("sửa nhãn"),
    "story.undone": _("hoàn tác trên tin"),
    "story.version_restored": _("khôi phục phiên bản cũ của tin"),
    "story.merged": _("gộp tin"),
    "story.split": _("tách tin"),
    "story.split_off": _("tách ra thành tin riêng"),
    "story.absorbed": _("máy gộp hai tin mà một bài mới nối lại"),
    "story.identity_answered": _("trả lời: cùng một gương hay không"),
    "story.identity_forgotten": _("rút lại câu trả lời về gương"),
    "exemplar.described": _("sửa hồ sơ điển hình"),
    "exemplar.moved": _("chuyển khâu của điển hình"),
    "exemplar.noted": _("ghi chú về điển hình"),
    "exemplar.follow_up_set": _("hẹn việc với điển hình"),
    "exemplar.follow_up_done": _("làm xong việc đã hẹn"),
    "exemplar.follow_up_reopened": _("mở lại việc đã hẹn"),
    "exemplar.adopted": _("ghi nơi học theo"),
    "exemplar.adoption_removed": _("bỏ nơi học theo"),
    "exemplar.adoption_kept": _("ghi lại nơi học theo"),
    "exemplar.award_said": _("ghi khen thưởng của điển hình"),
    "exemplar.criteria_answered": _("đánh giá theo tiêu chí"),
    "exemplar.merge": _("gộp hồ sơ điển hình"),
    "exemplar.split": _("tách hồ sơ điển hình"),
    "exemplar.regrouping_undone": _("hoàn tác gộp, tách hồ sơ"),
    "exemplar.correction_proposed": _("đề nghị đính chính"),
    "exemplar.correction_approved": _("duyệt đính chính"),
    "exemplar.correction_dropped": _("thôi đính chính"),
    "audit.exported": _("xuất nhật ký"),
    "agency.added": _("thêm đơn vị theo dõi"),
    "agency.criteria_written": _("viết tiêu chí của đơn vị"),
    "agency.retired": _("thôi dùng một đơn vị"),
    "digest.drafted": _("lập bản tin"),
    "digest.item_added": _("thêm tin vào bản tin"),
    "digest.item_removed": _("lấy tin khỏi bản tin"),
    "digest.item_moved": _("đổi thứ tự tin"),
    "digest.section_set": _("đổi mục của tin trong bản tin"),
    "digest.text_edited": _("sửa lời bản tin"),
    "digest.warning_signed": _("ký nhận một cảnh báo"),
    "digest.submitted": _("gửi bản tin chờ duyệt"),
    "digest.returned": _("trả lại bản tin"),
    "digest.approved": _("duyệt bản tin"),
    "delivery.released": _("cho phát, phát lại"),
    "delivery.settled": _("xác nhận lượt phát"),
    "subscriber.bounced": _("thôi gửi vì thư bị trả"),
    "delivery.found": _("kênh xác nhận lượt phát"),
    "delivery.dropped": _("thôi phát"),
    "delivery.amended": _("sửa, gỡ bài đã đăng"),
    "delivery.amendment_released": _("cho sửa, gỡ lại bài đã đăng"),
    "story.withdrawn": _("gỡ tin đã phát"),
    "story.withdrawal_handled": _("xử lý xong việc gỡ tin"),
    "story.restored": _("đưa tin đã gỡ trở lại"),
    "story.doubted": _("hỏi người: bài gốc có thể đã mất"),
    "story.kept": _("giữ tin dù bài gốc có thể đã mất"),
    "model.learned": _("máy học lại, dùng mô hình mới"),
    "model.brought_back": _("trở về mô hình trước"),
    "request.received": _("nhận đơn của người dân"),
    "request.linked": _("gắn đơn với tin"),
    "request.handled": _("trả lời đơn của người dân"),
    "request.erased": _("xóa thông tin người gửi đơn"),
    "person.added": _("thêm tài khoản"),
    "person.changed": _("sửa tài khoản"),
    "person.switched_off": _("tắt tài khoản"),
    "person.switched_on": _("mở lại tài khoản"),
    "person.reset": _("đặt lại mật khẩu cho người khác"),
    "person.released": _("mở khóa đăng nhập cho người khác"),
    "person.second_step_on": _("bật xác thực hai bước"),
    "person.recovery_codes_made": _("tạo mã dự phòng"),
    "person.recovery_code_used": _("vào bằng mã dự phòng"),
    "person.second_step_off": _("tắt xác thực hai bước"),
    "person.password_set": _("đặt mật khẩu của mình"),
}
OBJECTS = {
    "story": _("tin"),
    "digest": _("bản tin"),
    "edition": _("số đã phát"),
    "delivery": _("lượt phát"),
    "exemplar": _("hồ sơ điển hình"),
    "agency": _("đơn vị"),
    "publicrequest": _("đơn thư"),
    "quarterreport": _("báo cáo quý"),
    "subscriber": _("người nhận thư"),
    "sourcestate": _("nguồn"),
    "user": _("tài khoản"),
}
"""What the audit trail calls the things acted upon, in words."""
AUDIT_FIELDS = {
    "state": _("trạng thái"),
    "status": _("trạng thái"),
    "stage": _("khâu"),
    "role": _("vai trò"),
    "renamed": _("đổi tên"),
    "second_step_taken_away": _("gỡ xác thực hai bước"),
    "story": _("tin"),
    "stories": _("các tin"),
    "exemplars": _("các hồ sơ"),
    "other": _("hồ sơ kia"),
    "regrouping": _("lần gộp, tách"),
    "award": _("khen thưởng"),
    "adoption": _("nơi học theo"),
    "note": _("ghi chú"),
    "follow_up": _("việc"),
    "due_on": _("ngày hẹn"),
    "criteria": _("tiêu chí"),
    "correction": _("đính chính"),
    "withdrawal": _("lần gỡ"),
    "edition": _("số"),
    "version": _("phiên bản"),
    "kind": _("loại"),
    "files": _("số tệp"),
    "late": _("quá hạn"),
    "fields": _("mục đã sửa"),
    "filters": _("bộ lọc"),
    "quarter": _("quý"),
    "model": _("mô hình"),
    "link": _("liên kết"),
    "same": _("cùng một gương"),
    "into": _("vào tin"),
    "parts": _("các phần"),
    "reject_reason": _("lý do từ chối"),
    "decided_at": _("lúc quyết định"),
    "decided_by_id": _("người quyết định"),
    "edited_by_id": _("người sửa"),
    "tagged_by_id": _("người gắn nhãn"),
    "edited_title": _("tiêu đề"),
    "edited_summary": _("tóm tắt"),
    "province": _("tỉnh"),
    "commune": _("xã, phường"),
    "places": _("các nơi"),
    "tags": _("các nhãn"),
    "subject": _("chủ thể"),
}
"""What entries of the audit trail call what changed, in words."""
AUDIT_VALUES = {
    str(value): words
    for choices in (
        *(DigestState, DeliveryState, SubscriberState),
        *(StoryStatus, Stage, Role, AwardState, RequestKind),
    )
    for value, words in choices.choices
} | {"True": _("có"), "False": _("không"), "None": "–", "": "–"}
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
