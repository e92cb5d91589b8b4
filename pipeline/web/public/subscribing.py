"""Subscribing with double opt-in, leaving with one click. Every step leaves a consent record."""

from __future__ import annotations

import uuid

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pipeline.publish import links
from pipeline.publish.channels.base import NotSent
from pipeline.publish.mail import subscribers
from pipeline.store.models import Subscriber, SubscriberState
from pipeline.text.clock import utc_now
from pipeline.web.public.answer import page, this_office
from pipeline.web.visitor import PerAddress, address

PER_SENDER = "10/h"
"""Addresses, whatever becomes of them: a count of letters would tell who subscribes."""
TOO_MANY = "Máy chủ vừa nhận nhiều đăng ký. Hãy thử lại sau một giờ."
_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@_METHODS
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form; POST sends a letter that asks for confirmation.

    The answer is the same whether the address is new, waiting, active or has left: the form tells
    nobody who subscribes.
    """
    office = this_office()
    values = {"email": "", "error": "", "wording": subscribers.wording(office)}
    if request.method != "POST":
        return page(request, "subscribe", office, 200, **values)
    values["email"] = request.POST.get("email", "").strip()
    if request.POST.get("website"):  # a trap that only robots fill in
        return page(request, "asked", office)
    try:
        email = subscribers.address_of(values["email"])
        if request.POST.get("agree") != "yes":
            raise ValueError("Hãy đánh dấu đồng ý nhận thư.")
        if not PerAddress("subscribe", PER_SENDER).allow_request(request):
            raise subscribers.TooMany
        subscribers.ask(email, office=office, at=utc_now(), ip=address(request))
    except ValueError as error:
        return page(request, "subscribe", office, 400, **{**values, "error": str(error)})
    except subscribers.TooMany:
        return page(request, "subscribe", office, 429, **{**values, "error": TOO_MANY})
    except (NotSent, OSError):  # the latter: the answer was lost, and the letter perhaps not
        text = "Chưa gửi được thư xác nhận. Hãy thử lại sau ít phút."
        return page(request, "subscribe", office, 503, **{**values, "error": text})
    return page(request, "asked", office)


@_METHODS
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button (scanners follow links), POST confirms."""
    try:
        subscriber = _subscriber(links.read_confirm(token))
    except (signing.BadSignature, ValueError, Subscriber.DoesNotExist):
        return page(request, "bad_link", this_office(), 404)
    if request.method == "POST":
        subscribers.confirm(subscriber, office=this_office(), at=utc_now(), ip=address(request))
        subscriber.refresh_from_db()
    office = this_office()
    done = subscriber.state == SubscriberState.ACTIVE
    choose_url = links.choose(office, subscriber.public_id)
    return page(request, "confirm", office, done=done, choose_url=choose_url)


@csrf_exempt  # RFC 8058: the mail provider posts without cookies; the signed token is the proof
@_METHODS
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """POST leaves (RFC 8058); GET only shows a page with a button."""
    try:
        subscriber = _subscriber(links.read_leave(token))
    except (signing.BadSignature, ValueError, Subscriber.DoesNotExist):
        return page(request, "bad_link", this_office(), 404)
    if request.method == "POST":
        subscribers.leave(subscriber, office=this_office(), at=utc_now(), ip=address(request))
        subscriber.refresh_from_db()
    done = subscriber.state == SubscriberState.LEFT
    return page(request, "leave", this_office(), done=done)


def _subscriber(public_id: uuid.UUID) -> Subscriber:
    return Subscriber.objects.get(public_id=public_id)
