"""Public addresses, to be included at ``/portal/``."""

from __future__ import annotations

from django.urls import path

from pipeline.web.public import asking, choosing, views

app_name = "public"
urlpatterns = [
    path("dang-ky/", views.subscribe, name="subscribe"),
    path("xac-nhan/<str:token>/", views.confirm, name="confirm"),
    path("lua-chon/<str:token>/", choosing.choose, name="choose"),
    path("thoi-nhan/<str:token>/", views.leave, name="leave"),
    path("gioi-thieu/", asking.suggest, name="suggest"),
    path("dinh-chinh/", asking.correct, name="correct"),
    path("", views.portal_file, name="index"),
    path("<path:name>", views.portal_file, name="file"),
]
