"""One's own account: logging in, accepting an invitation, changing the password. Logging out and
choosing a language are Django's own views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.store.audit import record
from pipeline.store.models import User
from pipeline.text.clock import utc_now
from pipeline.web.desk.accounts import second_step
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires


class Login(LoginView):
    """Name and password; then the code, for whoever switched the second step on."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if second_step.is_on(user):
            return second_step.ask(self.request, user, self.get_success_url())
        return super().form_valid(form)


def locked_out(
    request: HttpRequest, original_response: Any = None, credentials: Any = None
) -> HttpResponse:
    """What django-axes shows after too many failures; it says when to come back, not whether the
    account exists."""
    return render(request, "web/locked.html", status=429)


class Invitation(PasswordResetConfirmView):
    """The invited person sets a password and is logged in. Django moves the token from the address
    into the session, so that it leaks into no history or referrer."""

    template_name = "web/invitation.html"
    success_url = reverse_lazy("desk:inbox")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"

    def get_user(self, uidb64: str) -> User | None:
        """None for whom an administrator switched off since: the invitation is then void."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        record("person.password_set", form.user, actor=form.user, at=utc_now())
        return super().form_valid(form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.READ)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; one's other sessions end."""
    user = person(request)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record("person.password_set", user, actor=user, at=utc_now())
        update_session_auth_hash(request, user)
        messages.success(request, _("Đã đổi mật khẩu."))
        return redirect("desk:inbox")
    return page(request, "web/password.html", {"form": form}, 422 if form.is_bound else 200)
