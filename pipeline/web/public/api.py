"""What is published, as JSON: read-only, paged, limited per address, described by OpenAPI.

The API reads the frozen editions as the portal does, so both say the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError

from pipeline.publish import links
from pipeline.publish.channels import portal
from pipeline.publish.site.entries import Entry
from pipeline.publish.site.sections import slug
from pipeline.text.fold import fold, fold_search, nfc
from pipeline.web.reference import office
from pipeline.web.visitor import PerAddress

MOST = 100
"""Stories on a page."""


api = NinjaAPI(
    title="Gương Sáng",
    version="1",
    description="Published exemplar stories. Times are RFC 3339. Texts are Vietnamese.",
    urls_namespace="public-api",
    openapi_url="openapi.json",
    docs_url=None,  # its page would load scripts of third parties
    throttle=[PerAddress("public-api", "120/m")],
)


class CampaignOut(Schema):
    id: str
    name: str


class StoryOut(Schema):
    id: str = Field(description="Stable for ever.")
    url: str = Field(description="Our page about it.")
    headline: str
    summary: str
    machine_drafted: bool = Field(description="No person has rewritten the summary.")
    correction: str = Field(description="What readers must know since; mostly empty.")
    original_url: str
    outlet: str
    author: str
    original_published: datetime | None
    published: datetime
    updated: datetime
    edition: int
    subject: str
    kind: str
    sector: str
    sector_name: str
    campaigns: list[CampaignOut]
    province: str
    commune: str


class StoriesOut(Schema):
    total: int
    page: int
    pages: int
    next: str | None = Field(description="Address of the next page.")
    stories: list[StoryOut]


WITHOUT_NUL = r"^[^\x00]*$"
"""No address may hold one (``pipeline.web.middleware``), so the description says so."""


class Wanted(Schema):
    sector: str = Field("", pattern=WITHOUT_NUL, description="As in `sector`.")
    campaign: str = Field("", pattern=WITHOUT_NUL, description="The `id` of a campaign.")
    province: str = Field(
        "",
        pattern=WITHOUT_NUL,
        description="With or without marks: `Lào Cai`, `lao-cai`; given, they count.",
    )
    commune: str = Field("", pattern=WITHOUT_NUL, description="As `province`.")
    since: datetime | None = Field(None, description="Updated at this time or later.")
    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(20, ge=1, le=MOST)


class Told(Schema):
    detail: str


@api.get("/stories", response={200: StoriesOut}, summary="Published stories, newest first")
def stories(request: HttpRequest, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    found = [entry for entry in portal.entries() if _is(entry, wanted)]
    pages = max(1, -(-len(found) // wanted.per_page))
    start = (wanted.page - 1) * wanted.per_page
    following = None
    if wanted.page < pages:
        query = request.GET.copy()
        query["page"] = str(wanted.page + 1)
        following = f"{office().site_url}{request.path}?{query.urlencode()}"
    return {
        "total": len(found),
        "page": wanted.page,
        "pages": pages,
        "next": following,
        "stories": [_out(entry) for entry in found[start : start + wanted.per_page]],
    }


@api.get(
    "/stories/{public_id}",
    response={200: StoryOut, 404: Told, 410: Told},
    summary="One story; 410 once it was taken back",
)
def story(request: HttpRequest, public_id: str) -> dict[str, Any]:
    for entry in portal.entries():
        if entry.item.public_id == public_id:
            return _out(entry)
    if portal.was_withdrawn(public_id):
        raise HttpError(410, "This story was taken back.")
    raise HttpError(404, "There is no such published story.")


def _is(entry: Entry, wanted: Wanted) -> bool:
    item = entry.item
    return (
        wanted.sector in ("", item.sector)
        and (not wanted.campaign or wanted.campaign in {each.id for each in item.campaigns})
        and (not wanted.province or _means(wanted.province, item.province))
        and (not wanted.commune or _means(wanted.commune, item.commune))
        and (wanted.since is None or entry.updated >= _aware(wanted.since))
    )


def _means(wanted: str, name: str) -> bool:
    """Typed with marks, Mỹ Thọ is not Mỹ Tho; without, ``my-tho`` is both."""
    typed, named = (nfc(text.replace("-", " ")) for text in (wanted, name))
    marked = fold(typed) != fold_search(typed)
    return fold(typed) == fold(named) if marked else slug(wanted) == slug(name)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise HttpError(422, "since: give the offset too, such as 2026-11-22T08:00:00+07:00")
    return moment


def _out(entry: Entry) -> dict[str, Any]:
    item = entry.item
    return {
        "id": item.public_id,
        "url": links.story(office(), item.public_id),
        "headline": item.headline,
        "summary": item.summary,
        "machine_drafted": item.machine_drafted,
        "correction": item.correction,
        "original_url": item.url,
        "outlet": item.outlet,
        "author": item.author,
        "original_published": item.published_at,
        "published": entry.published,
        "updated": entry.updated,
        "edition": entry.number,
        "subject": item.subject,
        "kind": item.kind,
        "sector": item.sector,
        "sector_name": item.sector_name,
        "campaigns": [{"id": each.id, "name": each.name} for each in item.campaigns],
        "province": item.province,
        "commune": item.commune,
    }
