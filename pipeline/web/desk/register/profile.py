"""One exemplar: its page, and what people do there, one POST each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.config.provinces import province_names, resolve_province
from pipeline.judge.names.named_places import named_places
from pipeline.review import register, register_awards, register_keeping
from pipeline.store.models import (
    Adoption,
    Agency,
    AwardState,
    Criterion,
    Exemplar,
    FollowUp,
    Stage,
    User,
)
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.labels import KINDS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.register.look import ExemplarLook
from pipeline.web.reference import office

Step = Callable[[Exemplar, User, HttpRequest], str]
"""Does one thing and says in words what was done; empty: nothing was to do."""
Kept = TypeVar("Kept", FollowUp, Adoption)


class ProfileForm(forms.Form):
    version = forms.IntegerField(min_value=0)
    name = forms.CharField(label=gettext_lazy("Tên"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=KINDS)
    commune = forms.CharField(
        label=gettext_lazy("Xã, phường hiện nay"), max_length=80, required=False
    )
    province = forms.CharField(label=gettext_lazy("Tỉnh"), max_length=60, required=False)
    agency = forms.ModelChoiceField(
        Agency.objects.filter(retired=False),
        label=gettext_lazy("Đơn vị theo dõi"),
        required=False,
    )
    portrait = forms.CharField(label=gettext_lazy("Chân dung"), max_length=5000, required=False)


@require_safe
@requires(Action.READ)
def exemplar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The address of a merged one leads to the one that stands for both."""
    found = get_object_or_404(Exemplar.objects.select_related("agency"), public_id=public_id)
    if found.merged_into_id:
        return redirect("desk:exemplar", found.standing.public_id)
    return show(request, found)


def show(
    request: HttpRequest, found: Exemplar, wrong: WrongField | None = None, step: str = ""
) -> HttpResponse:
    """The profile; after a ``wrong`` field of ``step`` with what was typed still in its form."""
    now = utc_now()
    context = {
        "look": ExemplarLook(found),
        "exemplar": found,
        "stages": Stage.choices,
        "today": now.astimezone(VIETNAM).date(),
        "days": (now - found.found_at).days,
        "communes": named_places().communes(found.province or office().province),
        "provinces": province_names(),
        "wrong": str(wrong) if wrong else "",
        "typed": {step: request.POST} if wrong else {},
    }
    return page(request, "web/exemplar.html", context, 422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.REGISTER)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """On a conflict the page comes back with the writer's words in the form and what stands now
    beside them; saving again is a decision. The communes offered are those of ``?province=``, else
    of the province in the form."""
    found = get_object_or_404(Exemplar, public_id=public_id, merged_into=None)
    theirs, status = None, 200
    names = ("version", "name", "kind", "commune", "province", "agency", "portrait")
    form = ProfileForm({name: _plain(getattr(found, name)) for name in names})
    if request.method == "POST":
        form = ProfileForm(request.POST)
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            version = said.pop("version")
            try:
                register.describe(
                    found, person(request), utc_now(), version, register.Profile(**said)
                )
            except register.Stale as stale:
                theirs, status = stale.current, 409
                form = ProfileForm({**request.POST.dict(), "version": theirs.version})
            else:
                messages.success(request, _("Đã lưu hồ sơ: %s") % found.name)
                return redirect("desk:exemplar", found.public_id)
    chosen = resolve_province(request.GET.get("province") or form["province"].value() or "")
    context = {
        "exemplar": found,
        "form": form,
        "theirs": theirs,
        "kinds": KINDS,
        "communes": named_places().communes(chosen or office().province),
        "provinces": province_names(),
    }
    return page(request, "web/exemplar_edit.html", context, status)


def _plain(value: object) -> object:
    return value.pk if isinstance(value, Agency) else value


@require_POST
@requires(Action.REGISTER)
def change(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    """Does ``step`` and shows the profile again, at the part that it changed."""
    found = get_object_or_404(Exemplar, public_id=public_id, merged_into=None)
    act, part = STEPS[step]
    try:
        said = act(found, person(request), request)
        if said:
            messages.success(request, said)
    except register.Stale:
        messages.warning(
            request, _("Người khác vừa sửa hồ sơ này. Hãy xem lại rồi làm lại nếu vẫn cần.")
        )
    except WrongField as error:
        return show(request, found, error, step)
    except ValueError as error:
        messages.warning(request, str(error) if isinstance(error, Refused) else _EMPTY)
    return HttpResponseRedirect(f"{reverse('desk:exemplar', args=[public_id])}#{part}")


class Refused(ValueError):
    """What was sent cannot be kept; the words are for the reader."""


class WrongField(ValueError):
    """A day that cannot be read: said beside its field, nothing kept and nothing lost."""


_EMPTY = gettext_lazy("Chưa ghi gì nên chưa lưu.")


def _move(found: Exemplar, by: User, request: HttpRequest) -> str:
    stage = request.POST.get("stage", "")
    if stage not in Stage.values:
        raise Refused(_("Hãy chọn một khâu."))
    version = request.POST.get("version", "")
    try:
        moved = register.move(
            found,
            by,
            utc_now(),
            int(version) if version.isdecimal() else -1,
            Stage(stage),
            request.POST.get("why", ""),
        )
    except ValueError:
        raise Refused(_("Hãy ghi lý do chuyển khâu.")) from None
    return _("Đã chuyển sang khâu %s.") % Stage(stage).label if moved else ""


def _note(found: Exemplar, by: User, request: HttpRequest) -> str:
    register_keeping.note(found, by, utc_now(), request.POST.get("text", ""))
    return _("Đã ghi chú.")


def _remind(found: Exemplar, by: User, request: HttpRequest) -> str:
    due_on = read_day(request.POST.get("due_on", ""))
    if due_on is None:
        raise WrongField(_("Hãy ghi ngày hẹn, ví dụ 25/11/2026."))
    register_keeping.remind(found, by, utc_now(), due_on, request.POST.get("text", ""))
    return _("Đã hẹn việc ngày %s.") % f"{due_on:%d/%m/%Y}"


def _follow_up(found: Exemplar, by: User, request: HttpRequest) -> str:
    row = _one(FollowUp, request, exemplar__in=register.family(found))
    done = request.POST.get("done") == "yes"
    if not register_keeping.settle_follow_up(row, by, utc_now(), done=done):
        return ""
    return _("Đã làm xong: %s") % row.text if done else _("Mở lại việc: %s") % row.text


def _adopt(found: Exemplar, by: User, request: HttpRequest) -> str:
    given = {name: request.POST.get(name, "") for name in ("commune", "province", "unit", "source")}
    row = register_keeping.adopt(found, by, utc_now(), **given)
    return _("Đã ghi nơi học theo: %s") % row.commune


def _adoption(found: Exemplar, by: User, request: HttpRequest) -> str:
    row = _one(Adoption, request, exemplar__in=register.family(found))
    kept = request.POST.get("kept") == "yes"
    if not register_keeping.settle_adoption(row, by, utc_now(), kept=kept):
        return ""
    said = _("Đã ghi lại nơi học theo: %s") if kept else _("Đã bỏ nơi học theo: %s")
    return said % row.commune


def _award(found: Exemplar, by: User, request: HttpRequest) -> str:
    refused = request.POST.get("refused") == "yes"
    day = request.POST.get("given_on", "").strip()
    given_on = read_day(day)
    if day and given_on is None:
        raise WrongField(_("Không đọc được ngày này. Hãy ghi như 25/11/2026."))
    award = register_awards.say(
        found,
        by,
        utc_now(),
        request.POST.get("title", ""),
        state=AwardState.REFUSED if refused else AwardState.STANDING,
        level=request.POST.get("level", ""),
        decision=request.POST.get("decision", ""),
        given_on=given_on,
    )
    said = _("Đã ghi: không phải của gương này: %s") if refused else _("Đã ghi khen thưởng: %s")
    return said % award.title


def _criteria(found: Exemplar, by: User, request: HttpRequest) -> str:
    agency = request.POST.get("agency", "")
    rows = Criterion.objects.filter(
        agency=int(agency) if agency.isdecimal() else 0, retired=False, agency__retired=False
    )
    words = {"yes": True, "no": False}
    met = {row: words.get(request.POST.get(f"met-{row.pk}", "")) for row in rows}
    number = register_keeping.answer_criteria(found, by, utc_now(), met)
    return _("Đã lưu tiêu chí.") if number else ""


STEPS: dict[str, tuple[Step, str]] = {
    "move": (_move, "stage"),
    "note": (_note, "notes"),
    "remind": (_remind, "follow-ups"),
    "follow-up": (_follow_up, "follow-ups"),
    "adopt": (_adopt, "adoptions"),
    "adoption": (_adoption, "adoptions"),
    "award": (_award, "awards"),
    "criteria": (_criteria, "criteria"),
}
"""What to do, and the part of the page that it changes."""


def read_day(text: str) -> date | None:
    """``25/11/2026`` or ``2026-11-25`` (which browsers send); None for anything else."""
    try:
        value = forms.DateField(input_formats=["%d/%m/%Y", "%Y-%m-%d"]).clean(text)
    except forms.ValidationError:
        return None
    return value if isinstance(value, date) else None


def _one(model: type[Kept], request: HttpRequest, **about: object) -> Kept:
    key = request.POST.get("key", "")
    row = model.objects.filter(pk=int(key) if key.isdecimal() else 0, **about).first()
    if row is None:
        raise Http404
    return row
