"""Quản trị: the people of the office, for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import UsernameField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.digest.rules import NotAllowed
from pipeline.store.models import User
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.web.desk.accounts import rules
from pipeline.web.desk.labels import ROLES
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires


class ChangeForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    full_name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=120)

    class Meta:
        model = User
        fields = ["full_name", "role"]

    def clean_full_name(self) -> str:
        return " ".join(nfc(self.cleaned_data["full_name"]).split())


class AddForm(ChangeForm):
    class Meta(ChangeForm.Meta):
        fields = ["username", "full_name", "role"]
        field_classes = {"username": UsernameField}

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Đã có tài khoản tên này."))
        return username


@require_safe
@requires(Action.PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    found = User.objects.order_by("-is_active", "full_name", "username")
    return page(request, "web/people.html", {"people": found})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.PEOPLE)
def add(request: HttpRequest) -> HttpResponse:
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.save(commit=False)
        rules.add(found, person(request), utc_now())
        messages.success(request, _("Đã thêm tài khoản cho %s.") % found)
        return redirect("desk:person", found.pk)
    status = 422 if form.is_bound else 200
    return page(request, "web/person.html", _shown(None, form), status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.PEOPLE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One person. While they have no password the page shows their invitation: a new one, with
    a new end, each time it is looked at."""
    found = get_object_or_404(User, pk=pk)
    status = 200
    form = ChangeForm(
        request.POST or None, initial={f: getattr(found, f) for f in ("full_name", "role")}
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rules.change(found, person(request), utc_now(), **form.cleaned_data)
            except NotAllowed as refusal:
                form.add_error("role", refusal.reason)
            else:
                messages.success(request, _("Đã lưu tài khoản của %s.") % found)
                return redirect("desk:people")
    context = _shown(found, form)
    if found.is_active and not found.has_usable_password():
        context["invitation"] = request.build_absolute_uri(rules.invitation(found))
    return page(request, "web/person.html", context, status)


def _shown(found: User | None, form: ChangeForm) -> dict[str, Any]:
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    locked = found is not None and rules.is_locked(found, utc_now())
    return {
        "found": found,
        "form": form,
        "roles": ROLES,
        "invitation": "",
        "days": days,
        "locked": locked,
    }


@require_POST
@requires(Action.PEOPLE)
def act(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Switch off or on, take the password away, or end a lock after wrong ones."""
    found, by, now = get_object_or_404(User, pk=pk), person(request), utc_now()
    try:
        if step == "reset":
            rules.reset(found, by, now)
            said = _("Mật khẩu cũ của %s đã hết hiệu lực. Hãy gửi đường dẫn dưới đây.")
        elif step == "unlock":
            rules.release(found, by, now)
            said = _("Đã mở khóa đăng nhập cho %s.")
        else:
            rules.switch(found, by, now, on=step == "on")
            said = (
                _("Đã mở lại tài khoản của %s.") if step == "on" else _("Đã tắt tài khoản của %s.")
            )
    except NotAllowed as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, said % found)
    return redirect("desk:person", found.pk)


STEPS = ("off", "on", "reset", "unlock")
