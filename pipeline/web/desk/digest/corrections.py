"""Đính chính: marked on an exemplar by one person, sent to every channel once another approved."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.digest.content import EditionContent, fingerprint
from pipeline.digest.facts import source_text
from pipeline.digest.rules import NotAllowed
from pipeline.judge.fidelity.checking import check
from pipeline.publish import corrections
from pipeline.publish.approved import content_of
from pipeline.publish.channels import CHANNELS
from pipeline.review.register import family
from pipeline.store.models import (
    AwardState,
    Correction,
    Delivery,
    Exemplar,
    ExemplarAward,
    Story,
)
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.web.desk.digest import previews
from pipeline.web.desk.labels import channel_label
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.reference import office


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.CORRECT)
def propose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shows what is out and where; a POST keeps what readers shall be told."""
    found = get_object_or_404(Exemplar, public_id=public_id, merged_into=None)
    standing = list(
        ExemplarAward.objects.filter(exemplar__in=family(found), state=AwardState.STANDING)
    )
    given = request.POST if request.method == "POST" else request.GET
    award = next((each for each in standing if str(each.pk) == given.get("award")), None)
    words = {name: nfc(request.POST.get(name, "")).strip() for name in ("text", "reason")}
    if request.method == "POST" and words["text"]:
        row = corrections.propose(found, person(request), utc_now(), award=award, **words)
        messages.success(
            request, _("Đã ghi vào hồ sơ. Người có quyền duyệt rồi các kênh mới phát.")
        )
        return redirect("desk:correction", row.pk)
    editions = corrections.editions_with(found)
    context = {
        "exemplar": found,
        "awards": standing,
        "award": award,
        "words": words,
        "editions": editions,
        "carriers": corrections.carriers(editions),
        "asked": request.method == "POST",
    }
    return page(
        request, "web/correction_new.html", context, 422 if request.method == "POST" else 200
    )


@require_safe
@requires(Action.READ)
def correction(request: HttpRequest, key: int) -> HttpResponse:
    row, frozen = _shown(key)
    editions = corrections.editions_with(row.exemplar)
    names = [name for name, channel in CHANNELS.items() if channel.enabled(office())]
    chosen = request.GET.get("channel", "")
    channel = CHANNELS[chosen if chosen in names else "portal"]
    context = {
        "row": row,
        "exemplar": row.exemplar,
        "content": frozen,
        "editions": editions,
        "carriers": corrections.carriers(editions),
        "off": corrections.switched_off(editions, office()),
        "fingerprint": fingerprint(frozen) if frozen else "",
        "unsupported": _unsupported(frozen) if frozen else [],
        "channels": [(name, channel_label(name)) for name in names] if frozen else [],
        "channel": channel.name,
        "channel_name": channel_label(channel.name),
        "preview": channel.preview(frozen, office()) if frozen else None,
        "deliveries": _deliveries(row),
        "own": row.by_id == person(request).pk and office().four_eyes,
    }
    return page(request, "web/correction.html", context)


@xframe_options_sameorigin
@require_safe
@requires(Action.READ)
def preview(request: HttpRequest, key: int, channel: str) -> HttpResponse:
    """What ``channel`` will send, exactly."""
    _row, frozen = _shown(key)
    if frozen is None or channel not in CHANNELS:
        raise Http404
    return previews.shown(request, CHANNELS[channel].preview(frozen, office()))


@require_POST
@requires(Action.APPROVE)
def approve(request: HttpRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Correction, pk=key)
    shown = request.POST.get("fingerprint", "")
    try:
        edition = corrections.approve(
            row, person(request), utc_now(), office(), expected_fingerprint=shown
        )
    except NotAllowed as refusal:
        messages.warning(request, refusal.reason)
    else:
        said = _("Đã duyệt. Đính chính đi các kênh trong lượt phát tới.")
        none = _("Đã duyệt. Chưa có gì đã phát nên không có kênh nào phải báo.")
        messages.success(request, said if edition else none)
    return redirect("desk:correction", key)


@require_POST
@requires(Action.CORRECT)
def drop(request: HttpRequest, key: int) -> HttpResponse:
    row = get_object_or_404(Correction, pk=key)
    if corrections.drop(row, person(request), utc_now()):
        messages.success(request, _("Đã thôi đính chính; khen thưởng được tính lại."))
    else:
        messages.info(request, _("Đính chính này đã được quyết định."))
    return redirect("desk:exemplar", row.exemplar.standing.public_id)


def _shown(key: int) -> tuple[Correction, EditionContent | None]:
    """The correction, and what goes out or went out with it."""
    rows = Correction.objects.select_related(
        "exemplar", "award", "by", "approved_by", "dropped_by", "edition"
    )
    row = get_object_or_404(rows, pk=key)
    if hasattr(row, "edition"):
        return row, content_of(row.edition)
    editions = corrections.editions_with(row.exemplar)
    return row, corrections.content(row, editions, office(), utc_now())


def _deliveries(row: Correction) -> list[tuple[str, str, int]]:
    """Channel, state and number of what was planned for it."""
    if not hasattr(row, "edition"):
        return []
    counts: dict[tuple[str, str], int] = {}
    for each in Delivery.objects.filter(edition=row.edition).only("channel", "state"):
        place = (channel_label(each.channel), str(each.get_state_display()))
        counts[place] = counts.get(place, 0) + 1
    return [(channel, state, number) for (channel, state), number in sorted(counts.items())]


def _unsupported(frozen: EditionContent) -> list[tuple[str, str, str]]:
    """Headline, quotation and why, for each claim of a summary that its sources do not make."""
    ids = [item.public_id for item in frozen.items]
    stories = Story.objects.filter(public_id__in=ids).prefetch_related("articles")
    known = {str(story.public_id): story for story in stories}
    return [
        (item.headline, finding.quote, finding.why)
        for item in frozen.items
        if item.public_id in known
        for finding in check(
            item.summary, source_text(known[item.public_id].articles.all())
        ).unsupported
    ]
