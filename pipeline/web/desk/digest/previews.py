"""What a channel would show, as an answer: its page in a sandbox, or one of its sheets."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from pipeline.publish.channels.base import Preview

PAGE_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' http: https: data:; font-src 'self'; frame-ancestors 'self'"
)
SHEET_POLICY = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
"""No sandbox: browsers show no PDF in one."""


def shown(request: HttpRequest, preview: Preview) -> HttpResponse:
    """``?sheet=NAME``: that sheet; else the page or text."""
    if name := request.GET.get("sheet"):
        sheet = next((each for each in preview.sheets if each.name == name), None)
        if sheet is None:
            raise Http404
        return HttpResponse(
            sheet.make(),
            content_type=sheet.media_type,
            headers={
                "Content-Disposition": f'inline; filename="{sheet.name}"',
                "Content-Security-Policy": SHEET_POLICY,
            },
        )
    kind = "text/html" if preview.kind == "html" else "text/plain"
    return HttpResponse(
        preview.body,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Security-Policy": PAGE_POLICY},
    )
