"""Subscribing with double opt-in, leaving with one click. Every step leaves a consent record."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pipeline.config.office import Office, load_office
from pipeline.publish import links, subscribers
from pipeline.publish.channels.base import NotSent
from pipeline.store.models import Subscriber, SubscriberState
from pipeline.text.clock import utc_now
from pipeline.web.visitor import address

_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@_METHODS
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form; POST sends a letter that asks for confirmation.

    The answer is the same whether the address is new, waiting, active or has left: the form tells
    nobody who subscribes.
    """
    office = _office()
    values = {"email": "", "error": "", "wording": subscribers.wording(office)}
    if request.method != "POST":
        return _page(request, "subscribe", office, 200, **values)
    values["email"] = request.POST.get("email", "").strip()
    if request.POST.get("website"):  # a trap that only robots fill in
        return _page(request, "asked", office)
    try:
        if request.POST.get("agree") != "yes":
            raise ValueError("Hãy đánh dấu đồng ý nhận thư.")
        subscribers.ask(values["email"], office=office, at=utc_now(), ip=address(request))
    except ValueError as error:
        return _page(request, "subscribe", office, 400, **{**values, "error": str(error)})
    except NotSent:
        text = "Chưa gửi được thư xác nhận. Hãy thử lại sau ít phút."
        return _page(request, "subscribe", office, 503, **{**values, "error": text})
    return _page(request, "asked", office)


@_METHODS
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button (scanners follow links), POST confirms."""
    try:
        subscriber = _subscriber(links.read_confirm(token))
    except (signing.BadSignature, ValueError, Subscriber.DoesNotExist):
        return _page(request, "bad_link", _office(), 404)
    if request.method == "POST":
        subscribers.confirm(subscriber, office=_office(), at=utc_now(), ip=address(request))
        subscriber.refresh_from_db()
    done = subscriber.state == SubscriberState.ACTIVE
    return _page(request, "confirm", _office(), done=done)


@csrf_exempt  # RFC 8058: the mail provider posts without cookies; the signed token is the proof
@_METHODS
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """POST leaves (RFC 8058); GET only shows a page with a button."""
    try:
        subscriber = _subscriber(links.read_leave(token))
    except (signing.BadSignature, ValueError, Subscriber.DoesNotExist):
        return _page(request, "bad_link", _office(), 404)
    if request.method == "POST":
        subscribers.leave(subscriber, office=_office(), at=utc_now(), ip=address(request))
        subscriber.refresh_from_db()
    done = subscriber.state == SubscriberState.LEFT
    return _page(request, "leave", _office(), done=done)


def _office() -> Office:
    return load_office(settings.HOME.office_file)


def _subscriber(public_id: uuid.UUID) -> Subscriber:
    return Subscriber.objects.get(public_id=public_id)


def _page(
    request: HttpRequest, name: str, office: Office, status: int = 200, **values: object
) -> HttpResponse:
    context = {"office": office, "root": links.portal(office), **values}
    response = render(request, f"public/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
