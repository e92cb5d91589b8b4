"""Lượt phát: what the outbox leaves to a person. Nothing here can be undone, so each decision has
a page that says what it does before its button does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.publish import amending
from pipeline.publish.channels import newsletter
from pipeline.publish.decisions import drop, release, release_edition, settle
from pipeline.store.models import Delivery, DeliveryState, Edition, Subscriber, User
from pipeline.text.clock import utc_now
from pipeline.web.desk.labels import channel_label
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.reference import office

NEEDS_A_PERSON = (DeliveryState.UNKNOWN, DeliveryState.EXPIRED, DeliveryState.FAILED)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Decision:
    state: DeliveryState
    """The deliveries it is about."""
    words: str | Promise
    """On its button."""
    about: str | Promise
    """What it means and does, for who is to decide."""
    act: Callable[[Delivery, User, datetime], bool]
    """Returns False when the delivery is in another state meanwhile."""


def _release(delivery: Delivery, by: User, at: datetime) -> bool:
    return release(delivery, by, at, office())


def _arrived(delivery: Delivery, by: User, at: datetime) -> bool:
    return settle(delivery, by, at, arrived=True)


def _lost(delivery: Delivery, by: User, at: datetime) -> bool:
    return settle(delivery, by, at, arrived=False)


def _given_up(state: DeliveryState) -> Decision:
    about = gettext_lazy(
        "Không gửi nội dung này nữa và thôi nhắc. Sẽ ghi là thôi không phát; không gửi gì thêm."
    )
    return Decision(state, gettext_lazy("Thôi không phát"), about, drop)


DECISIONS: dict[str, Decision] = {
    "arrived": Decision(
        DeliveryState.UNKNOWN,
        gettext_lazy("Đã tới nơi"),
        gettext_lazy(
            "Không rõ có tới hay không: máy đã gửi nhưng mất câu trả lời, hoặc dữ liệu được khôi "
            "phục từ bản sao lưu. Chỉ chọn khi bạn đã hỏi người nhận hoặc đã thấy nội dung ở nơi "
            "đến. Sẽ ghi là đã phát, không gửi gì thêm."
        ),
        _arrived,
    ),
    "again": Decision(
        DeliveryState.UNKNOWN,
        gettext_lazy("Chưa tới: phát lại"),
        gettext_lazy(
            "Không rõ có tới hay không: máy đã gửi nhưng mất câu trả lời, hoặc dữ liệu được khôi "
            "phục từ bản sao lưu. Chỉ chọn khi bạn đã hỏi và biết chắc là chưa tới: nếu thật ra đã "
            "tới, người nhận sẽ nhận hai lần."
        ),
        _release,
    ),
    "lost": Decision(
        DeliveryState.UNKNOWN,
        gettext_lazy("Chưa tới: thôi không phát"),
        gettext_lazy("Bạn biết chắc là chưa tới và không cần gửi nữa. Sẽ ghi là thôi không phát."),
        _lost,
    ),
    "now": Decision(
        DeliveryState.EXPIRED,
        gettext_lazy("Phát ngay"),
        gettext_lazy(
            "Đã quá giờ hẹn phát khá lâu (máy tắt, mất mạng) nên máy không tự gửi nữa. Hãy xem nội "
            "dung còn hợp thời không. Phát ngay là gửi trong ít phút, không thu hồi được."
        ),
        _release,
    ),
    "retry": Decision(
        DeliveryState.FAILED,
        gettext_lazy("Phát lại"),
        gettext_lazy(
            "Nơi nhận từ chối hoặc máy đã thử nhiều lần không được; chắc chắn chưa tới. Hãy sửa "
            "nguyên nhân trước, rồi phát lại."
        ),
        _release,
    ),
    "drop-late": _given_up(DeliveryState.EXPIRED),
    "drop-failed": _given_up(DeliveryState.FAILED),
}


def undecided() -> list[dict[str, Any]]:
    """What waits for a person, one row for each edition, channel and state, newest edition
    first, each with the decisions it allows."""
    rows = (
        Delivery.objects.filter(state__in=NEEDS_A_PERSON)
        .values("edition__number", "edition__digest__title", "channel", "state")
        .annotate(count=Count("pk"), detail=Max("detail"))
        .order_by("-edition__number", "channel", "state")
    )
    return [
        {
            "title": row["edition__digest__title"],
            "number": row["edition__number"],
            "channel": row["channel"],
            "label": channel_label(row["channel"]),
            "state": DeliveryState(row["state"]).label,
            "count": row["count"],
            "detail": row["detail"],
            "decisions": {
                name: each.words for name, each in DECISIONS.items() if each.state == row["state"]
            },
        }
        for row in rows
    ]


def of_edition(edition: Edition) -> list[dict[str, Any]]:
    """How far the edition is out: one row for each channel and state."""
    rows = (
        edition.deliveries.values("channel", "state")
        .annotate(count=Count("pk"), last=Max("finished_at"))
        .order_by("channel", "state")
    )
    return [
        {
            **row,
            "label": channel_label(row["channel"]),
            "words": DeliveryState(row["state"]).label,
            "needs": row["state"] in NEEDS_A_PERSON,
        }
        for row in rows
    ]


def waits(edition: Edition) -> bool:
    """Whether something of the edition has yet to go by itself."""
    return (
        not edition.deliveries.exists()
        or edition.deliveries.filter(state=DeliveryState.PLANNED).exists()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.DELIVER)
def decide(request: HttpRequest, number: int, channel: str, decision: str) -> HttpResponse:
    """Shows which deliveries the decision is about; a POST takes it for those chosen."""
    if decision not in DECISIONS:
        raise Http404
    chosen = DECISIONS[decision]
    edition = get_object_or_404(Edition.objects.select_related("digest"), number=number)
    waiting = edition.deliveries.filter(channel=channel, state=chosen.state).order_by("pk")
    if request.method == "POST":
        ids = [int(pk) for pk in request.POST.getlist("delivery") if pk.isdecimal()]
        if not ids:
            messages.warning(request, _("Chưa chọn lượt phát nào."))
            return redirect(request.path)
        now, by = utc_now(), person(request)
        done = sum(chosen.act(delivery, by, now) for delivery in waiting.filter(pk__in=ids))
        messages.success(
            request,
            ngettext(
                "Đã ghi quyết định cho %s lượt phát.", "Đã ghi quyết định cho %s lượt phát.", done
            )
            % done,
        )
        return redirect("desk:overview")
    shown = list(waiting[:SHOWN])
    context = {
        "decision": chosen,
        "edition": edition,
        "channel": channel_label(channel),
        "deliveries": [(each, recipient) for each, recipient in _with_recipients(shown)],
        "more": waiting.count() - len(shown),
    }
    return page(request, "web/delivery.html", context)


@require_POST
@requires(Action.DELIVER)
def amendment(request: HttpRequest, key: int) -> HttpResponse:
    """A post that could not be changed or removed: try again, or a person has done it there."""
    row = get_object_or_404(amending.failed(), pk=key)
    decide = {"retry": amending.retry, "done": amending.settle}.get(request.POST.get("choice", ""))
    if decide is None:
        return HttpResponseBadRequest("choice")
    if decide(row, person(request), utc_now()):
        messages.success(request, _("Đã ghi quyết định."))
    else:
        messages.info(request, _("Đã có người quyết định việc này."))
    return redirect("desk:overview")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.DELIVER)
def publish_now(request: HttpRequest, week: str) -> HttpResponse:
    """Let an approved edition go before its time."""
    found = Edition.objects.filter(digest__week=week).select_related("digest")
    edition = found.order_by("-number").first()
    if edition is None:
        raise Http404
    if request.method == "POST":
        release_edition(edition, person(request), utc_now(), office())
        messages.success(request, _("Bản tin số %s được phát trong ít phút.") % edition.number)
        return redirect("desk:digest", week)
    return page(request, "web/publish_now.html", {"edition": edition, "waits": waits(edition)})


def _with_recipients(rows: Iterable[Delivery]) -> Iterable[tuple[Delivery, str]]:
    """Each with the address it goes to, so that somebody can be asked; empty for everybody's
    channels and for subscribers who have left."""
    rows = list(rows)
    ids = [row.recipient for row in rows if row.channel == newsletter.Newsletter.name]
    people = Subscriber.objects.filter(public_id__in=ids)
    emails = {
        str(public_id): email for public_id, email in people.values_list("public_id", "email")
    }
    return [(row, emails.get(row.recipient, "")) for row in rows]
