"""The second step of logging in: a code from an application on one's telephone (TOTP, RFC 6238).
Each person switches it on for themselves; an administrator's reset takes it away with the password.
A recovery code (``pipeline.web.desk.accounts.recovery``) does instead of the telephone's.
"""

from __future__ import annotations

from base64 import b32encode
from datetime import timedelta
from urllib.parse import quote, urlencode

import segno
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pipeline.store.audit import record
from pipeline.store.models import Telephone, User
from pipeline.text.clock import utc_now
from pipeline.web.desk.accounts import recovery
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires

BACKEND = "django.contrib.auth.backends.ModelBackend"
ISSUER = "Gương Sáng"
PENDING = "second_step"
PATIENCE = timedelta(minutes=5)
"""Between the password and the code."""


def is_on(user: User) -> bool:
    return bool(Telephone.objects.filter(user=user, confirmed=True).exists())


def ask(request: HttpRequest, user: User, then: str) -> HttpResponse:
    """The password was right: now the code. Nobody is logged in yet."""
    request.session[PENDING] = [user.pk, int(utc_now().timestamp()), then]
    return redirect("desk:code")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks for the code. Each wrong one doubles the time until the next is looked at, and a code
    counts once (both kept by django-otp)."""
    key, since, then = request.session.get(PENDING, [0, 0, ""])
    age = utc_now().timestamp() - since
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or age > PATIENCE.total_seconds():
        request.session.pop(PENDING, None)
        return redirect("desk:login")
    wrong = False
    if request.method == "POST":
        typed = _typed(request)
        recovered = recovery.looks_like_one(typed)
        if recovery.use(user, typed) if recovered else _matches(user, typed):
            del request.session[PENDING]
            login(request, user, backend=BACKEND)
            if recovered:
                messages.warning(request, _used_words(recovery.left(user)))
            return redirect(then)
        wrong = True
    return render(request, "web/code.html", {"wrong": wrong}, status=422 if wrong else 200)


@sensitive_post_parameters("code", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.READ)
def settings(request: HttpRequest) -> HttpResponse:
    """Switches one's own second step on, once a code proves that the telephone has the key, and
    off again with the password. Recovery codes are shown once, on the answer that made them."""
    user = person(request)
    on, wrong = is_on(user), ""
    codes: list[str] = []
    device = Telephone.objects.filter(user=user, confirmed=on).first()
    step = request.POST.get("step", "")
    if step == "start" and not on:
        Telephone.objects.filter(user=user).delete()
        Telephone.objects.create(user=user, name="totp", confirmed=False)
        return redirect("desk:second_step")
    if step == "confirm" and device and not on:
        if device.verify_is_allowed()[0] and device.verify_token(_typed(request)):
            codes = _switch_on(user, device)
            on = True
        else:
            wrong = _("Mã chưa đúng. Hãy xem lại giờ trên điện thoại rồi thử mã mới.")
    elif step in ("off", "codes") and device and on:
        if not user.check_password(request.POST.get("password", "")):
            wrong = _("Mật khẩu chưa đúng.")
        elif step == "codes":
            codes = recovery.make(user)
        else:
            _switch_off(user)
            messages.success(request, _("Đã tắt xác thực hai bước."))
            return redirect("desk:second_step")
    picture = segno.make(_address(device), error="m") if device and not on else None
    context = {
        "on": on,
        "picture": picture.svg_data_uri(scale=5, border=2) if picture else "",
        "key": _spelled(device) if device and not on else "",
        "wrong": wrong,
        "codes": codes,
        "codes_left": recovery.left(user) if on else 0,
    }
    return page(request, "web/second_step.html", context, 422 if wrong else 200)


def take_away(user: User) -> bool:
    """Without a trace of its own: the reset that calls it has one."""
    recovery.take_away(user)
    deleted, _by_model = Telephone.objects.filter(user=user).delete()
    return bool(deleted)


@transaction.atomic
def _switch_on(user: User, device: Telephone) -> list[str]:
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record("person.second_step_on", user, actor=user, at=utc_now())
    return recovery.make(user)


@transaction.atomic
def _switch_off(user: User) -> None:
    take_away(user)
    record("person.second_step_off", user, actor=user, at=utc_now())


@transaction.atomic
def _matches(user: User, typed: str) -> bool:
    """Locked, so that two requests at once cannot both use one code."""
    device = Telephone.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and bool(device.verify_token(typed))


def _used_words(left: int) -> str:
    said = ngettext(
        "Bạn vừa dùng một mã dự phòng; còn %(num)s mã.",
        "Bạn vừa dùng một mã dự phòng; còn %(num)s mã.",
        left,
    ) % {"num": left}
    advice = _("Nếu mất điện thoại, hãy tắt rồi bật lại xác thực hai bước.")
    return f"{said} {advice}"


def _typed(request: HttpRequest) -> str:
    """People type the space that their telephone shows."""
    return "".join(request.POST.get("code", "").split())[:20]


def _spelled(device: Telephone) -> str:
    """The key to type where no camera is at hand, in groups of four (base 32)."""
    key = _base32(device)
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _base32(device: Telephone) -> str:
    return b32encode(device.key).decode()


def _address(device: Telephone) -> str:
    """What the picture says (``otpauth://``, as authenticator applications read it)."""
    fields = {"secret": _base32(device), "issuer": ISSUER}
    label = quote(f"{ISSUER}:{device.user.get_username()}")
    return f"otpauth://totp/{label}?{urlencode(fields, quote_via=quote)}"
