"""The form of the edit page: what was typed, read into what the story is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.judge.names.named_places import NamedPlace, named_places
from pipeline.review import PlaceNamed, Wishes
from pipeline.store.models import Article, Axis, Story
from pipeline.text.fold import nfc, search_words
from pipeline.web.desk.labels import KINDS
from pipeline.web.reference import office, reference

MOST_PLACES = 12
MOST_NAMES = 30
MOST_OFFERED = 8


class StoryForm(forms.Form):
    version = forms.IntegerField(min_value=0)
    title = forms.CharField(label=gettext_lazy("Tiêu đề"), max_length=300)
    summary = forms.CharField(label=gettext_lazy("Tóm tắt"), max_length=5000, required=False)
    subject = forms.CharField(label=gettext_lazy("Chủ thể"), max_length=300, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=list(KINDS.items()))


@dataclass(slots=True)
class Draft:
    """What stands in the form's fields, and what is wrong with it."""

    form: StoryForm
    tags: dict[Axis, list[str]]
    places: list[str]
    names: list[str]
    """Chosen to be published as initials."""
    offered: list[str]
    """Other names one may choose."""
    hide_schools: bool
    picture: int | None
    added: dict[Axis, list[str]] = field(default_factory=dict)
    """Typed into the fields for more tags, not understood."""
    errors: dict[str, list[str]] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def ok(self) -> bool:
        return self.form.is_valid() and not self.errors


def shown(story: Story) -> Draft:
    """The form as the story stands."""
    form = StoryForm(
        {
            "version": story.version,
            "title": story.headline,
            "summary": story.summary,
            "subject": story.subject,
            "kind": story.kind,
        }
    )
    tags = {
        axis: [tag.slug for tag in story.tags.all() if tag.axis == axis and not tag.removed]
        for axis in Axis
    }
    return Draft(
        form,
        tags,
        [str(place) for place in places_of(story)],
        list(story.initials_for),
        names_offered(story),
        story.hide_schools,
        story.picture_id,
    )


def read(post: QueryDict, story: Story) -> Draft:
    """The form as it was sent. Parts that it does not name (``part``) stay as they are, so that a
    smaller form may be sent."""
    parts = set(post.getlist("part"))
    before = shown(story)
    texts = {name: post.get(name, before.form.data[name]) for name in StoryForm.base_fields}
    draft = Draft(
        StoryForm({**texts, "version": post.get("version", "")}),
        before.tags,
        before.places,
        before.names,
        before.offered,
        before.hide_schools,
        before.picture,
    )
    if "tags" in parts:
        _read_tags(post, draft)
    if "places" in parts:
        draft.places = [text for text in map(_line, post.getlist("place")) if text][:MOST_PLACES]
    if "care" in parts:
        typed = post.get("more_names", "").replace(";", "\n").replace(",", "\n").split("\n")
        names = [_line(name) for name in (*post.getlist("initials"), *typed)]
        draft.names = list(dict.fromkeys(filter(None, names)))[:MOST_NAMES]
        draft.hide_schools = bool(post.get("hide_schools"))
    if "picture" in parts:
        given = post.get("picture", "")
        draft.picture = int(given) if given.isdecimal() and len(given) < 19 else None
    places = _resolved(draft, before) if "places" in parts else None
    if draft.ok:
        cleaned = draft.form.cleaned_data
        draft.wishes = Wishes(
            title=cleaned["title"],
            summary=cleaned["summary"],
            subject=cleaned["subject"],
            kind=cleaned["kind"],
            tags=draft.tags if "tags" in parts else None,
            places=places,
            initials_for=draft.names,
            hide_schools=draft.hide_schools,
            picture=_picture(story, draft) if "picture" in parts else "as it is",
        )
    return draft


def places_of(story: Story) -> list[NamedPlace]:
    """Where it plays, first the main place."""
    main = NamedPlace(story.province, story.commune)
    rows = [NamedPlace(row.province, row.commune) for row in story.places.all() if row.province]
    return list(dict.fromkeys([main, *rows] if main.province else rows))[:MOST_PLACES]


def names_offered(story: Story) -> list[str]:
    """Whom the story names: its subject, then people the machine read in its articles."""
    found = (
        [name.strip() for name in story.subject.split(",")] if story.kind != "enterprise" else []
    )
    for article in story.articles.all():
        judgement = getattr(article, "judgement", None)
        found += judgement.data.get("people", []) if judgement else []
    return [name for name in dict.fromkeys(found) if name][:MOST_OFFERED]


def _line(text: str) -> str:
    return " ".join(nfc(text).split())[:200]


def _read_tags(post: QueryDict, draft: Draft) -> None:
    known = reference()
    names: dict[Axis, tuple[Mapping[str, object], Callable[[str], str]]] = {
        Axis.SECTOR: (known.sectors, known.sector),
        Axis.CAMPAIGN: (known.campaigns, known.campaign),
    }
    for axis, (table, name_of) in names.items():
        slugs = [slug for slug in post.getlist(axis) if slug in table]
        by_words = {search_words(name_of(slug)): slug for slug in table}
        for typed in filter(None, map(_line, post.getlist(f"more_{axis}"))):
            slug = by_words.get(search_words(typed)) or (typed if typed in table else None)
            if slug:
                slugs.append(slug)
            else:
                draft.added.setdefault(axis, []).append(typed)
                said = _("Không có nhãn “%s”. Hãy chọn một nhãn trong danh sách gợi ý.") % typed
                draft.errors.setdefault(axis, []).append(said)
        draft.tags[axis] = list(dict.fromkeys(slugs))


def _resolved(draft: Draft, before: Draft) -> Sequence[PlaceNamed] | None:
    """None where nothing was changed or something is not understood."""
    if draft.places == before.places:
        return None
    found = []
    for text in draft.places:
        places = named_places().resolve(text, near=office().province)
        if len(places) == 1:
            found.append(PlaceNamed(text, places[0].province, places[0].commune))
        elif places:
            some = "; ".join(map(str, places[:4])) + ("…" if len(places) > 4 else "")
            said = _("“%(text)s” có thể là: %(places)s. Hãy ghi rõ xã, phường và tỉnh.")
            draft.errors.setdefault("places", []).append(said % {"text": text, "places": some})
        else:
            said = _("Không có xã, phường hay tỉnh nào tên “%s”.") % text
            draft.errors.setdefault("places", []).append(said)
    return None if "places" in draft.errors else found


def _picture(story: Story, draft: Draft) -> Article | None:
    return story.articles.filter(pk=draft.picture).first() if draft.picture else None
