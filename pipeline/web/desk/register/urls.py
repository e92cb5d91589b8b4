"""Addresses of the register, below those of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from pipeline.web.desk import requests
from pipeline.web.desk.digest import corrections
from pipeline.web.desk.register import agencies, board, nominations, profile, regrouping


class RegisterStep:
    regex = "|".join(profile.STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RegisterStep, "register_step")

ONE = "register/<uuid:public_id>/"
urlpatterns: list[URLPattern] = [
    path("register/", board.register, name="register"),
    path("register/agencies/", agencies.agencies, name="agencies"),
    path("register/agencies/add/", agencies.add, name="add_agency"),
    path("register/agencies/<int:key>/", agencies.change, name="change_agency"),
    path("register/undo/<int:key>/", regrouping.undo, name="undo_exemplars"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:public_id>/", requests.request_page, name="request"),
    path("requests/<uuid:public_id>/handle/", requests.handle, name="handle_request"),
    path("requests/<uuid:public_id>/link/", requests.link, name="link_request"),
    path("requests/<uuid:public_id>/erase/", requests.erase, name="erase_request"),
    path("requests/<uuid:public_id>/file/<int:key>/", requests.attachment, name="attachment"),
    path("register/nominations/", nominations.nominated, name="nominations"),
    path("register/nominations.csv", nominations.export, name="nominations_csv"),
    path("register/nominations.xlsx", nominations.export_workbook, name="nominations_xlsx"),
    path("corrections/<int:key>/", corrections.correction, name="correction"),
    path(
        "corrections/<int:key>/preview/<slug:channel>/",
        corrections.preview,
        name="preview_correction",
    ),
    path("corrections/<int:key>/approve/", corrections.approve, name="approve_correction"),
    path("corrections/<int:key>/drop/", corrections.drop, name="drop_correction"),
    path(f"{ONE}correct/", corrections.propose, name="propose_correction"),
    path(f"{ONE}dossier.docx", nominations.draft, name="dossier"),
    path(ONE, profile.exemplar, name="exemplar"),
    path(f"{ONE}edit/", profile.edit, name="edit_exemplar"),
    path(f"{ONE}merge/", regrouping.merge, name="merge_exemplars"),
    path(f"{ONE}split/", regrouping.split, name="split_exemplar"),
    path(f"{ONE}<register_step:step>/", profile.change, name="change_exemplar"),
]
