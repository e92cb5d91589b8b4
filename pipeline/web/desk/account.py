"""Logging in. Logging out and choosing a language are Django's own views."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Login(LoginView):
    template_name = "web/login.html"
    redirect_authenticated_user = True


def locked_out(
    request: HttpRequest, original_response: Any = None, credentials: Any = None
) -> HttpResponse:
    """What django-axes shows after too many failures; it says when to come back, not whether the
    account exists."""
    return render(request, "web/locked.html", status=429)
