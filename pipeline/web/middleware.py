"""What every answer carries: the reader's language, and a policy that no page runs foreign code."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from pipeline.config.yamlfile import ConfigError

Handler = Callable[[HttpRequest], HttpResponse]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {ancestors}"
)


_NO_DEVICES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class LanguageMiddleware:
    """Vietnamese unless the reader chose otherwise (the cookie of Django's ``set_language``).

    Django's own middleware would follow ``Accept-Language``, and office PCs in Viet Nam often run
    an English browser.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class NulMiddleware:
    """Refuses a request with a NUL character: no person types one, no file name holds one, and
    PostgreSQL stores none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forms = [request.GET.lists()]
        if request.method == "POST":
            forms.append(request.POST.lists())
        values = (value for form in forms for _name, each in form for value in each)
        if "\0" in request.path or any("\0" in value for value in values):
            return HttpResponseBadRequest("NUL")
        return self.get_response(request)


class HeadMiddleware:
    """Answers HEAD with the headers of GET alone (RFC 9110, 9.3.2). Django leaves it to the server
    to drop the body, and gunicorn warns of every one it has to."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = ()
            else:
                response.content = b""
        return response


class PolicyMiddleware:
    """Sets what browsers may do with an answer, unless a view (a sandboxed preview, a page with
    somebody's data) said so itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's mark on a page that other sites may embed (the portal's block).
        embeddable = getattr(response, "xframe_options_exempt", False)
        images = "'self' data:"
        if getattr(response, "outside_pictures", False):  # an outlet's, by agreement with it
            images = f"{images} http: https:"
        policy = _POLICY.format(ancestors="*" if embeddable else "'none'", images=images)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", _NO_DEVICES)
        if request.path.startswith("/desk/"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class ConfigErrorMiddleware:
    """A faulty sources.yaml, office.yaml or taxonomy is shown with file, line and remedy to people
    of the office; others read only that the service is down for the moment."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ConfigError):
            return None
        faults = exception.faults if request.user.is_authenticated else []
        return render(request, "web/misconfigured.html", {"faults": faults}, status=503)
