"""Error pages in the product's own dress: what happened and what to do next."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django will not read, such as files larger than any form of ours takes."""
    if isinstance(exception, RequestDataTooBig):
        what = _("Tệp gửi lên quá lớn.")
        hint = _("Chưa nhận được gì. Hãy quay lại trang trước, chọn tệp nhỏ hơn rồi gửi lại.")
        return _show(request, 413, what, hint)
    what = _("Máy chủ không đọc được yêu cầu này.")
    return _show(request, 400, what, _("Hãy quay lại trang trước và thử lại."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    what = _("Vai trò của bạn không được làm việc này.")
    hint = _("Nếu cần, hãy nhờ quản trị viên của đơn vị.")
    return _show(request, 403, what, hint)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    what = _("Không có trang này.")
    hint = _("Địa chỉ có thể đã cũ, hoặc nội dung đã được gỡ.")
    return _show(request, 404, what, hint)


def failed(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        what = _("Cơ sở dữ liệu tạm thời không trả lời.")
        hint = _("Việc đang làm dở chưa được ghi. Hãy đợi ít phút rồi tải lại trang.")
        answer = _show(request, 503, what, hint)
        answer.headers["Retry-After"] = "30"
        return answer
    what = _("Máy chủ gặp lỗi.")
    hint = _("Chưa có gì bị mất. Hãy tải lại trang; nếu vẫn lỗi, báo quản trị viên giờ xảy ra.")
    return _show(request, 500, what, hint)


def _show(request: HttpRequest, status: int, what: str, hint: str) -> HttpResponse:
    context = {"status": status, "what": what, "hint": hint}
    return render(request, "web/error.html", context, status=status)
