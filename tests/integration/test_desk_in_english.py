"""The register, requests, people, audit and overview in English: what was typed has no marks here,
so every Vietnamese letter left is a text of ours, or a name of a place, sector or campaign."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.config.provinces import province_names
from pipeline.judge.names.named_places import named_places
from pipeline.review import public_requests, register, register_awards, register_keeping
from pipeline.store.models import Agency, AwardState, Criterion, RequestKind, Role, Stage, User
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.reference import reference
from tests.factories import AWARD
from tests.integration.test_desk_composing import VIETNAMESE_ONLY
from tests.integration.test_digest_in_english import chief, editor, home, plain_story, vietnamese

pytestmark = pytest.mark.django_db
TYPED = (AWARD, "Hội Liên hiệp Phụ nữ tỉnh", "Bằng khen của Chủ tịch UBND tỉnh")
"""An award that an article names, and examples of what to type in Vietnamese."""
__all__ = ["chief", "editor", "home"]


@pytest.fixture
def addresses(editor: User, chief: User) -> list[str]:
    """Every page of these rooms, with something of everything on it."""
    now = utc_now()
    story, other = plain_story(1, editor), plain_story(2, editor)
    plain_story(3, None, flags=["minor", "hype"])
    story.refresh_from_db()
    found = story.exemplar
    assert found is not None
    register.move(found, editor, now, 0, Stage.NURTURED, "Well done")
    register_keeping.note(found, editor, now, "Called")
    for day in (now.astimezone(VIETNAM).date(), now.date().replace(year=2020)):
        register_keeping.remind(found, editor, now, day, "Ask for a picture")
    register_keeping.adopt(found, editor, now, commune="Commune 9", province="Son La")
    for title, state in (("Medal", AwardState.STANDING), ("Prize", AwardState.WITHDRAWN)):
        register_awards.say(found, editor, now, title, state=state)
    other.refresh_from_db()
    assert other.exemplar is not None
    register_awards.say(other.exemplar, editor, now, AWARD, state=AwardState.REFUSED)
    agency = Agency.objects.create(name="Union")
    Criterion.objects.create(agency=agency, text="Helps others", position=1)
    requests = [
        public_requests.land(
            public_requests.Received(
                kind=kind,
                token=kind,
                about="Somebody",
                text="Words",
                sender="Minh",
                contact="minh@example.vn",
                consent="Yes",
                consent_version="1",
                wish="correct",
                story=story if kind == RequestKind.CORRECTION else None,
            ),
            now,
        )
        for kind in RequestKind
    ]
    names = ("overview", "sources", "nominations", "agencies", "requests", "people", "audit")
    names += ("learning", "second_step", "password")
    register_page = reverse("desk:register")
    return [
        *(reverse(f"desk:{name}") for name in names),
        *(f"{register_page}{query}" for query in ("", "?view=table", "?q=nobody", "?place=Lao")),
        *(reverse("desk:exemplar", args=[each.public_id]) for each in (found, other.exemplar)),
        *(reverse(f"desk:{name}", args=[found.public_id]) for name in ("edit_exemplar",)),
        reverse("desk:merge_exemplars", args=[found.public_id]) + "?words=person",
        *(reverse("desk:request", args=[each.public_id]) for each in requests),
        reverse("desk:requests") + "?state=all",
    ]


def names() -> list[str]:
    """Of places, sectors, campaigns, and what was typed; the longest first."""
    known, places = reference(), named_places()
    found = {*province_names(), *TYPED}
    found |= {known.sector(slug) for slug in known.sectors}
    found |= {each.name for each in known.campaigns.values()}
    for district, communes in places.by_district("Lào Cai"):
        found |= {district, *communes}
    found |= set(places.communes("Sơn La"))  # the story's province: offered when editing
    # As vietnamese() leaves them.
    found = {each.replace("Lào Cai", "") for each in found} - {""}
    return sorted(found, key=len, reverse=True)


def test_no_page_of_these_rooms_has_a_vietnamese_text_left(
    client: Client, addresses: list[str], editor: User
) -> None:
    client.force_login(User.objects.create_user("root", role=Role.ADMIN, full_name="Root"))
    left = {}
    for address in addresses:
        texts = [unescape(text) for text in vietnamese(client, address)]
        for name in names():
            texts = [text.replace(name, "") for text in texts]
        left[address] = [text.strip() for text in texts if VIETNAMESE_ONLY.search(text)]
    assert {address: texts for address, texts in left.items() if texts} == {}
