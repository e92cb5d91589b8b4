"""The reader's own page, reached by the signed address at the foot of each letter: what they want,
and their rights to what is held about them (Law 91/2025/QH15: to see, to have deleted)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from pipeline.config.provinces import province_names
from pipeline.config.reference import load_reference
from pipeline.publish import links
from pipeline.publish.mail import subscribers
from pipeline.store.models import Rhythm, Subscriber, SubscriberState
from pipeline.text.clock import utc_now
from pipeline.web.public.answer import page, this_office


class ChoicesForm(forms.Form):
    """Nothing ticked among sectors or provinces means all of them."""

    rhythm = forms.ChoiceField(choices=Rhythm.choices)
    sectors = forms.MultipleChoiceField(required=False)
    provinces = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_sectors = {
            sector.slug: sector.name for sector in load_reference(settings.HOME).sectors.values()
        }
        self.known_provinces = {name: name for name in province_names()}
        for name, known in (("sectors", self.known_sectors), ("provinces", self.known_provinces)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = list(known.items())


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the choices; POST saves them, or with ``do=export`` hands out what is held, or with
    ``do=erase`` deletes it."""
    office = this_office()
    try:
        reader = Subscriber.objects.get(public_id=links.read_choose(token))
    except (signing.BadSignature, ValueError, Subscriber.DoesNotExist):
        return page(request, "bad_link", office, 404)
    wish = request.POST.get("do", "")
    if wish == "export":
        return _copy(reader)
    if wish == "erase" and request.POST.get("sure") == "yes":
        subscribers.erase(reader.email, at=utc_now())
        return page(request, "erased", office)
    form, saved = ChoicesForm(initial=_chosen(reader)), False
    if request.method == "POST" and not wish:
        form = ChoicesForm(request.POST)
        if form.is_valid():
            subscribers.choose(reader, **form.cleaned_data)
            saved = True
    return page(
        request,
        "choose",
        office,
        400 if form.errors else 200,
        form=form,
        saved=saved,
        unsure=wish == "erase",
        rhythms=dict(Rhythm.choices),
        active=reader.state == SubscriberState.ACTIVE,
        leave_url=links.leave(office, reader.public_id),
    )


def _chosen(reader: Subscriber) -> dict[str, Any]:
    return {"rhythm": reader.rhythm, "sectors": reader.sectors, "provinces": reader.provinces}


def _copy(reader: Subscriber) -> HttpResponse:
    [held] = subscribers.export(reader.email)
    answer = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    answer["Cache-Control"] = "no-store"
    return answer
