"""The public site: static pages and feeds in ``output/portal/``, served by the app as they are."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files as package_files
from pathlib import Path

from django.conf import settings
from django.utils.translation import ngettext

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.approved import content_of
from pipeline.publish.channels.base import PUBLIC, Preview, Receipt, Send
from pipeline.publish.files import exclusive, mirror
from pipeline.publish.rendering import render
from pipeline.publish.site import pages as site
from pipeline.publish.site.entries import Entry, Tombstone, collect
from pipeline.store.models import DeliveryState, Edition, Redaction, Restoration, Withdrawal

log = logging.getLogger(__name__)

NAME = "portal"
_STYLE_LINK = '<link rel="stylesheet" href="../assets/portal.css">'


class Portal:
    name = NAME
    label = "Cổng"

    def enabled(self, office: Office) -> bool:
        return True

    def reversible(self, office: Office) -> bool:
        return True

    def recipients(self, office: Office) -> Iterable[str]:
        return PUBLIC

    @contextmanager
    def sending(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        def send(recipient: str) -> Receipt:
            changed = rebuild(office, home)
            return Receipt(remote_id=f"so/{content.number}.html", detail=f"{changed} tệp thay đổi")

        yield send

    def amends(self, office: Office) -> bool:
        return True

    def amend(
        self,
        remote_id: str,
        approved: EditionContent,
        content: EditionContent,
        office: Office,
        home: Home,
    ) -> None:
        rebuild(office, home)

    def preview(self, content: EditionContent, office: Office) -> Preview:
        page = site.digest_page(content, office)
        style = stylesheet(f"{settings.STATIC_URL}fonts/")
        page = page.replace(_STYLE_LINK, f"<style>{style}</style>")
        return Preview(
            "html",
            page,
            ngettext("%(num)s tin", "%(num)s tin", len(content.items))
            % {"num": len(content.items)},
        )


def rebuild(office: Office, home: Home) -> int:
    """Make ``output/portal/`` what the published editions and withdrawals say. Returns how many
    files changed; running it again changes none.

    The lock is taken before the editions are read: the last writer has seen all that others saw.
    """
    folder = folder_of(home)
    with exclusive(folder):
        files = _files(_published(), _tombstones(), office, _restored(), _redacted())
        return mirror(folder, files)


def entries() -> list[Entry]:
    """Every standing published story, newest first, as the site lists them."""
    gone = {stone.public_id: stone for stone in _tombstones()}
    editions = sorted(_published(), key=lambda edition: edition.number)
    return collect(editions, gone, _restored())


def was_withdrawn(public_id: str) -> bool:
    return any(stone.public_id == public_id for stone in _tombstones())


def empty(office: Office) -> dict[str, bytes]:
    """The site before the first edition, by path."""
    return _files([], [], office, {}, {})


def _files(
    editions: Sequence[EditionContent],
    tombstones: Sequence[Tombstone],
    office: Office,
    restored: Mapping[str, datetime],
    redacted: Mapping[int, str],
) -> dict[str, bytes]:
    return {**_assets(), **site.build(editions, tombstones, office, restored, redacted)}


def folder_of(home: Home) -> Path:
    return home.output_dir / "portal"


def stylesheet(fonts: str) -> str:
    """The portal's CSS, with fonts under the given address."""
    return render("channels/portal/portal.css", fonts=fonts)


def _published() -> list[EditionContent]:
    out = Edition.objects.filter(
        deliveries__channel=NAME,
        deliveries__state__in=[DeliveryState.SENDING, DeliveryState.SENT],
    )
    contents = []
    for edition in out:
        try:
            contents.append(content_of(edition))
        except ValueError:  # the other editions and every withdrawal still go on
            log.exception("edition %s is left off the portal", edition.number)
    return contents


def _tombstones() -> list[Tombstone]:
    rows = Withdrawal.objects.values_list("story__public_id", "at")
    return [Tombstone(str(public_id), at) for public_id, at in rows]


def _restored() -> dict[str, datetime]:
    rows = Restoration.objects.order_by("at").values_list("story__public_id", "at")
    return {str(public_id): at for public_id, at in rows}


def _redacted() -> dict[int, str]:
    return dict(Redaction.objects.values_list("edition__number", "edition__content_hash"))


def _assets() -> dict[str, bytes]:
    files = {"assets/portal.css": stylesheet("fonts/").encode()}
    fonts = package_files("pipeline.web") / "static" / "fonts"
    for font in sorted(fonts.iterdir(), key=lambda each: each.name):
        if font.name.endswith((".woff2", ".txt")):
            files[f"assets/fonts/{font.name}"] = font.read_bytes()
    return files
