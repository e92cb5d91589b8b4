"""The public site: the portal's files as they lie in ``output/portal/``."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from pipeline.config.office import load_office
from pipeline.publish import links, websub
from pipeline.publish.channels import portal
from pipeline.store.models import Withdrawal
from pipeline.web.public.subscribing import confirm, leave, subscribe

__all__ = ["confirm", "leave", "portal_file", "subscribe"]

MAX_AGE = 300  # seconds
_MONTH = r"(-\d{4}-\d{2})?"
_TYPES = {
    re.compile(rf"(.*/)?atom{_MONTH}\.xml"): "application/atom+xml; charset=utf-8",
    re.compile(rf"(.*/)?rss{_MONTH}\.xml"): "application/rss+xml; charset=utf-8",
    re.compile(rf"(.*/)?feed{_MONTH}\.json"): "application/feed+json; charset=utf-8",
    re.compile(r".*\.opml"): "text/x-opml; charset=utf-8",
}
_STORY = re.compile(r"tin/([0-9a-f-]{36})\.html")


EMBEDDABLE = "khoi-nhung.html"


@require_safe
def portal_file(request: HttpRequest, name: str = "") -> HttpResponse:
    """One file of ``output/portal/``, the same bytes, with validators; 410 for a withdrawn story.

    Raises:
        Http404: there is no such public file.
    """
    name = f"{name}index.html" if not name or name.endswith("/") else name
    body, modified = _read(name)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type=_content_type(name))
    story = _STORY.fullmatch(name)
    if story and Withdrawal.objects.filter(story__public_id=story[1]).exists():
        response.status_code = 410
        return response
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response["ETag"] = etag
    last_modified = int(modified.timestamp())
    response["Last-Modified"] = http_date(last_modified)
    if name.rpartition("/")[2] in websub.FEEDS:
        office = load_office(settings.HOME.office_file)
        if office.channels.websub_hub:  # (W3C WebSub §4: where readers look first)
            own = links.portal(office, name)
            response["Link"] = f'<{office.channels.websub_hub}>; rel="hub", <{own}>; rel="self"'
    if name == EMBEDDABLE:
        response.xframe_options_exempt = True  # read by XFrameOptionsMiddleware
    if name.endswith(".html"):
        response.outside_pictures = True  # type: ignore[attr-defined]  # for PolicyMiddleware
    else:
        response["Access-Control-Allow-Origin"] = "*"
    conditional = get_conditional_response(request, etag, last_modified, response)
    return conditional if isinstance(conditional, HttpResponse) else response


def _read(name: str) -> tuple[bytes, datetime]:
    folder = portal.folder_of(settings.HOME).resolve()
    path = (folder / name).resolve()
    hidden = any(part.startswith(".") for part in Path(name).parts)
    if hidden or not path.is_relative_to(folder):
        raise Http404
    if path.is_file():
        return path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    # Before the first edition the site stands empty instead of missing.
    if not (folder / "index.html").exists():
        files = portal.empty(load_office(settings.HOME.office_file))
        if name in files:
            return files[name], datetime.fromtimestamp(0, UTC)
    raise Http404


def _content_type(name: str) -> str:
    for names, content_type in _TYPES.items():
        if names.fullmatch(name):
            return content_type
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = guessed.startswith("text/") or guessed.endswith("xml")
    return f"{guessed}; charset=utf-8" if text else guessed
