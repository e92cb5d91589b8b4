"""What the desk showed before the approval is what every channel then writes or sends."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from pipeline.config.home import Home
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.publish import links
from pipeline.publish.channels import CHANNELS
from pipeline.publish.channels.newsletter import CHOOSE, LEAVE
from pipeline.publish.outbox import publish_due
from pipeline.store.models import Digest, Edition, Role, Subscriber
from pipeline.text.clock import iso_week, utc_now
from pipeline.web.reference import office
from tests.factories import make_user
from tests.homes import make_home
from tests.publishing import accepted_story, subscriber
from tests.social_apis import Api, Graph, Hook, MastodonServer, WordPressSite, Zalo, served

pytestmark = pytest.mark.django_db
CHANNELS_YAML = """\
channels:
  facebook: live
  zalo: live
  zalo_cover: https://anh.example.vn/bia.png
  zalo_broadcast: live
  mastodon: live
  wordpress: live
  others: {mode: live, to: [toa-soan]}
  notice: {mode: live, to: [noi-bo]}
"""


@dataclass
class Seen:
    """One channel on the desk."""

    body: str
    """As the preview's own address answers."""
    text: str
    """As the digest's page shows it: the text, or the text part of an HTML letter."""
    sheets: dict[str, bytes] = field(default_factory=dict)


@dataclass
class World:
    """Where everything goes."""

    home: Home
    apis: dict[str, Api]
    reader: Subscriber
    edition: Edition | None = None

    def file(self, path: str) -> bytes:
        return (self.home.output_dir / path).read_bytes()

    def post(self, name: str) -> dict[str, Any]:
        (post,) = self.apis[name].posts
        return post


@pytest.fixture
def world(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    settings.HOME = make_home(tmp_path)
    own = settings.HOME.office_file
    own.write_text(own.read_text("utf-8") + CHANNELS_YAML, "utf-8")
    zalo = Zalo()
    zalo.shown_by_a_person = True
    apis: dict[str, Api] = {
        "facebook": Graph(), "zalo": zalo, "mastodon": MastodonServer(),
        "wordpress": WordPressSite(), "others": Hook(), "notice": Hook(),
    }  # fmt: skip
    with ExitStack() as stack:
        at = {name: stack.enter_context(served(api)) for name, api in apis.items()}
        settings.FACEBOOK_API = at["facebook"]
        settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN = "77", Graph.token
        settings.ZALO_API = settings.ZALO_OAUTH = at["zalo"]
        settings.ZALO_APP_ID, settings.ZALO_APP_SECRET = "app", "secret"
        settings.ZALO_REFRESH_TOKEN = "first"
        settings.MASTODON_URL, settings.MASTODON_TOKEN = at["mastodon"], MastodonServer.token
        settings.WORDPRESS_URL = at["wordpress"]
        settings.WORDPRESS_USER = WordPressSite.user
        settings.WORDPRESS_PASSWORD = WordPressSite.password
        for name, variable in (("others", "TOA_SOAN"), ("notice", "NOI_BO")):
            address = at[name].replace("http://", "json://")
            monkeypatch.setenv(f"APPRISE_{variable}", address)
        yield World(settings.HOME, apis, subscriber("doc"))


def seen_on_the_desk(chief: Client, digest: Digest) -> dict[str, Seen]:
    own = reverse("desk:digest", args=[digest.week])
    found = {}
    for name in CHANNELS:
        page = chief.get(own, {"channel": name}).content.decode()
        shown = re.search(r'<pre class="plain-preview"[^>]*>(.*?)</pre>', page, re.DOTALL)
        address = reverse("desk:preview", args=[digest.week, name])
        sheets = dict.fromkeys(re.findall(rf'{address}\?sheet=([^"]+)"', page))
        found[name] = Seen(
            body=chief.get(address).content.decode(),
            text=html.unescape(shown[1]) if shown else "",
            sheets={sheet: chief.get(address, {"sheet": sheet}).content for sheet in sheets},
        )
    return found


def portal(seen: Seen, world: World) -> None:
    style = re.compile("<style>.*?</style>", re.DOTALL)
    link = '<link rel="stylesheet" href="../assets/portal.css">'
    assert style.sub(link, seen.body) == world.file("portal/so/1.html").decode()


def newsletter(seen: Seen, world: World) -> None:
    (letter,) = mail.outbox
    ours = {LEAVE: links.leave, CHOOSE: links.choose}
    own = {place: link(office(), world.reader.public_id) for place, link in ours.items()}

    def addressed(text: str) -> str:
        for place, address in own.items():
            text = text.replace(place, address)
        return text

    (part,) = letter.alternatives  # type: ignore[attr-defined]
    assert part.content == addressed(seen.body)
    assert letter.body.strip() == addressed(seen.text).strip()


def zalo(seen: Seen, world: World) -> None:
    post = world.post("zalo")
    told = "\n\n".join(part["content"] for part in post["body"])
    assert seen.text == seen.body
    assert seen.text.strip() == (
        f"TIÊU ĐỀ: {post['title']}\nTÁC GIẢ: {post['author']}\nMÔ TẢ: {post['description']}\n"
        "TRẠNG THÁI: hide (người duyệt chuyển sang show)\n"
        f"ẢNH BÌA: {post['cover']['photo_url']}\n\nNỘI DUNG\n\n{told}"
    )


def zalo_broadcast(seen: Seen, world: World) -> None:
    api, post = world.apis["zalo"], world.post("zalo")
    assert isinstance(api, Zalo)
    assert api.broadcasts == [[post["id"]]]
    told = "\n\n".join(part["content"] for part in post["body"])
    _what, _gap, card = seen.text.strip().partition("\n\n")
    assert card == f"{post['title']}\n{post['description']}\n\nMở ra là bài:\n\n{told}"


def facebook(seen: Seen, world: World) -> None:
    assert seen.text == seen.body == world.post("facebook")["message"]


def mastodon(seen: Seen, world: World) -> None:
    written = html.escape(seen.text).replace("\n", "<br>")
    assert world.post("mastodon")["content"] == f"<p>{written}</p>"


def wordpress(seen: Seen, world: World) -> None:
    assert world.post("wordpress")["content"] == seen.body


def others(seen: Seen, world: World) -> None:
    post = world.post("others")
    assert seen.text == f"{post['title']}\n\n{post['message']}"


def notice(seen: Seen, world: World) -> None:
    """It also tells what had gone out by then, which nobody can show before."""
    post = world.post("notice")
    sent = f"{post['title']}\n\n{post['message']}".strip()
    assert sent.startswith(seen.text.strip())
    assert sent.removeprefix(seen.text.strip()).strip().startswith("Đã phát: brief, ")


def radio(seen: Seen, world: World) -> None:
    assert seen.text.encode() == world.file("radio/1.txt")
    assert words(world.file("radio/1.docx")) == lines(seen.text)


def sms(seen: Seen, world: World) -> None:
    assert seen.text.encode() == world.file("social/1/sms.txt")


def poster(seen: Seen, world: World) -> None:
    assert undated(seen.sheets.pop("ap-phich.pdf")) == undated(world.file("print/1/ap-phich.pdf"))
    assert len(seen.sheets) == 3
    for name, card in seen.sheets.items():
        assert card == world.file(f"print/1/{name}")


def brief(seen: Seen, world: World) -> None:
    assert words(world.file("print/1/de-cuong.docx")) == lines(seen.text)


def press(seen: Seen, world: World) -> None:
    with zipfile.ZipFile(BytesIO(world.file("press/1.zip"))) as package:
        files = {name: package.read(name) for name in package.namelist()}
    texts = ("ban-tin.txt", "quyen-va-nguon.txt", "lien-ket.csv")
    sent = "\n\n".join(files.pop(name).decode("utf-8-sig") for name in texts)
    assert seen.body == sent
    assert lines(seen.body)[: len(words(files["ban-tin.docx"]))] == words(files.pop("ban-tin.docx"))
    assert {f"the/{name}": card for name, card in seen.sheets.items()} == files


def words(document: bytes) -> list[str]:
    return [each.text for each in docx.Document(BytesIO(document)).paragraphs if each.text]


def lines(text: str) -> list[str]:
    """As ``words`` of the document made of ``text``, whose marks tell styles."""
    return [
        re.sub(r"^(##?|[->~•]) ", "", line) for line in map(str.strip, text.splitlines()) if line
    ]


def undated(pdf: bytes) -> bytes:
    """Without when it was made, and what is counted from it."""
    pdf = re.sub(rb"D:\d{14}[^)]*|\d{4}-\d\d-\d\dT[^<]*", b"", pdf)
    return re.sub(rb"(?s)/ID\s*\[.*?\]|xmpMM:\w+>[^<]*<|startxref\s+\d+|\d{10} 00000 n", b"", pdf)


SENT: dict[str, Callable[[Seen, World], None]] = {
    "portal": portal, "newsletter": newsletter, "zalo": zalo, "zalo-broadcast": zalo_broadcast,
    "facebook": facebook, "radio": radio, "sms": sms, "poster": poster, "brief": brief,
    "press": press, "mastodon": mastodon, "wordpress": wordpress, "others": others,
    "notice": notice,
}  # fmt: skip


def test_every_channel_sends_what_was_shown(client: Client, world: World) -> None:
    assert set(SENT) == set(CHANNELS), "say here how a new channel's preview is held to its word"
    editor, chief = make_user("lananh"), make_user("thuha", Role.CHIEF)
    now = utc_now()
    for number in range(3):
        accepted_story(
            number, published_at=now - timedelta(days=1), found_at=now, outlets=["baomot"]
        )
    digest = digest_of(now)
    approval.edit_text(
        digest, editor, now, intro="Ba người & ba việc “nhỏ”.", closing="Hẹn tuần sau."
    )
    approval.submit(digest, editor, now, office=office())
    client.force_login(chief)
    seen = seen_on_the_desk(client, digest)
    planned = approval.next_publication(office(), now)
    edition = approval.approve(digest, chief, utc_now(), office(), planned)
    for _round in range(2):  # the broadcast waits for its article, the notice for the others
        publish_due(office=office(), home=world.home, now=edition.publish_at)
    states = dict(edition.deliveries.values_list("channel", "state"))
    assert states == dict.fromkeys(CHANNELS, "sent"), list(
        edition.deliveries.values_list("channel", "state", "detail")
    )
    for name, holds in SENT.items():
        holds(seen[name], world)


def digest_of(now: Any) -> Digest:
    return draft_digest(iso_week(now), office=office(), now=now)
