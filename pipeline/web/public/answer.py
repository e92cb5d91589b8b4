"""What every public form answers with: a page of the portal's look that nobody may cache."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline.config.office import Office, load_office
from pipeline.publish import links


def this_office() -> Office:
    return load_office(settings.HOME.office_file)


def page(
    request: HttpRequest, name: str, office: Office, status: int = 200, **values: object
) -> HttpResponse:
    """``templates/public/<name>.html``."""
    context = {"office": office, "root": links.portal(office), **values}
    response = render(request, f"public/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
