"""All addresses of the product."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from pipeline.web import monitoring
from pipeline.web.public.api import api

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:inbox"), name="home"),
    path("desk/", include("pipeline.web.desk.urls")),
    path("portal/api/v1/", api.urls),
    path("portal/", include("pipeline.web.public.urls")),
    path("healthz", monitoring.alive),
    path("readyz", monitoring.ready),
    path("metrics", monitoring.metrics),
    path("favicon.ico", RedirectView.as_view(url=f"/{settings.STATIC_URL.strip('/')}/icon.svg")),
    path("language/", set_language, name="set_language"),
]
handler400 = "pipeline.web.errors.refused"
handler403 = "pipeline.web.errors.forbidden"
handler404 = "pipeline.web.errors.not_found"
handler500 = "pipeline.web.errors.failed"
