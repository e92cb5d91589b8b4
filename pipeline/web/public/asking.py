"""The two public forms: to introduce an exemplar, and to ask for a correction or a removal. Both
work without a script and load nothing from elsewhere."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import URLValidator, validate_email
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from pipeline.config.office import Office
from pipeline.publish import links
from pipeline.publish.mail.subscribers import ip_hash
from pipeline.review.public_requests import Received, TooMany, land
from pipeline.store.models import RequestKind, Story
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.web.public import sealed
from pipeline.web.public.answer import page, this_office
from pipeline.web.public.uploads import KINDS as FILE_KINDS
from pipeline.web.public.uploads import MOST_BYTES, MOST_FILES, NotTaken, take
from pipeline.web.visitor import address

CONSENT_VERSION = "2026-11"
SUBJECTS = {
    "individual": "Cá nhân",
    "household": "Hộ gia đình",
    "collective": "Tập thể",
    "enterprise": "Doanh nghiệp, hợp tác xã",
    "model": "Mô hình, cách làm",
}
WISHES = {"correct": "Đính chính thông tin sai", "remove": "Gỡ bỏ"}
_TO_MEND = "Chưa gửi được: còn {} mục cần điền hoặc sửa, ghi rõ ở từng mục bên dưới."
_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_STORY = re.compile(r"tin/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_PHONE = re.compile(r"\+?[\d .()-]{8,20}")
_WEB = URLValidator(schemes=["http", "https"])


def consent(office: Office) -> str:
    """What a sender agrees to. Change ``CONSENT_VERSION`` with it."""
    return (
        f"Tôi đồng ý để {office.name} dùng họ tên và cách liên hệ này chỉ để kiểm tra và trả lời "
        "việc tôi gửi. Các thông tin ấy không được đăng, và tôi có thể đề nghị xóa bất cứ lúc nào."
    )


class AskForm(forms.Form):
    """What both forms ask. The words of an error stand beside its field."""

    about = forms.CharField(max_length=300)
    text = forms.CharField(min_length=20, max_length=5000)
    sender = forms.CharField(max_length=200)
    contact = forms.CharField(max_length=200)
    agree = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "Hãy điền mục này."
        self.fields["agree"].error_messages["required"] = "Hãy đánh dấu nếu đồng ý."
        self.fields["text"].error_messages["min_length"] = "Hãy viết ít nhất một câu."

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"].strip()
        if _PHONE.fullmatch(contact):
            return contact
        try:
            validate_email(contact)
        except forms.ValidationError:
            raise forms.ValidationError(
                "Hãy ghi số điện thoại hoặc thư điện tử, ví dụ lan@example.vn."
            ) from None
        return contact


class SuggestForm(AskForm):
    subject_kind = forms.ChoiceField(choices=SUBJECTS)
    commune = forms.CharField(max_length=80, required=False)
    province = forms.CharField(max_length=60, required=False)
    link = forms.CharField(max_length=700, required=False)
    organisation = forms.CharField(max_length=200, required=False)

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"].strip()
        if link:
            try:
                _WEB(link)
            except forms.ValidationError:
                raise forms.ValidationError(
                    "Địa chỉ phải bắt đầu bằng http:// hoặc https://."
                ) from None
        return link


class CorrectForm(AskForm):
    wish = forms.ChoiceField(choices=WISHES)


@_METHODS
def suggest(request: HttpRequest) -> HttpResponse:
    """Giới thiệu gương."""
    return _form(request, RequestKind.SUGGESTION, SuggestForm, "suggest")


@_METHODS
def correct(request: HttpRequest) -> HttpResponse:
    """Đề nghị đính chính, gỡ bỏ; ``?tin=`` names the story it is about."""
    return _form(request, RequestKind.CORRECTION, CorrectForm, "correct")


def _form(
    request: HttpRequest, kind: RequestKind, form_class: type[AskForm], name: str
) -> HttpResponse:
    office, now = this_office(), utc_now()
    form, problem, status = form_class(initial=_begun(request, office)), "", 200
    if request.method == "POST":
        if request.POST.get("website"):  # a trap that only programs fill in
            return page(request, "sent", office, row=None, kind=kind)
        form, token = form_class(request.POST), request.POST.get("token", "")
        age, status = sealed.age(token, now), 400
        try:
            files = take(request.FILES.getlist("files"))
            if age is not sealed.Age.FINE:
                problem = "Trang này mở đã lâu hoặc gửi quá nhanh. Hãy đọc lại rồi bấm gửi lần nữa."
            elif form.is_valid():
                row = land(_received(request, kind, form, token, office, files), now)
                return page(request, "sent", office, row=row, kind=kind)
            else:
                problem = _TO_MEND.format(len(form.errors))
        except NotTaken as refusal:
            problem = str(refusal)
        except TooMany:
            problem = "Máy chủ vừa nhận nhiều đơn. Lời của bạn còn đây; hãy gửi lại sau một giờ."
            status = 429
    return page(
        request,
        name,
        office,
        status,
        form=form,
        problem=problem,
        token=sealed.seal(now),
        consent=consent(office),
        subjects=SUBJECTS,
        wishes=WISHES,
        accept=",".join(FILE_KINDS),
        files_lost=bool(request.FILES),  # no browser fills them in again
        limits=f"nhiều nhất {MOST_FILES} tệp, mỗi tệp {MOST_BYTES // 1_000_000} MB",
    )


def _received(
    request: HttpRequest,
    kind: RequestKind,
    form: AskForm,
    token: str,
    office: Office,
    files: Any,
) -> Received:
    said = {name: value for name, value in form.cleaned_data.items() if name != "agree"}
    return Received(
        kind=kind,
        token=sealed.fingerprint(
            token, (*map(str, said.values()), *(file.sha256 for file in files))
        ),
        story=_story(nfc(said["about"])) if kind == RequestKind.CORRECTION else None,
        consent=consent(office),
        consent_version=CONSENT_VERSION,
        ip_hash=ip_hash(address(request)),
        files=files,
        **said,
    )


def _story(about: str) -> Story | None:
    """The published story that an address of ours names."""
    found = _STORY.search(about)
    return Story.objects.filter(public_id=found[1]).first() if found else None


def _begun(request: HttpRequest, office: Office) -> dict[str, str]:
    known = _STORY.fullmatch(f"tin/{request.GET.get('tin', '')}")
    about = links.story(office, known[1]) if known else ""
    return {"about": about, "province": office.province}
