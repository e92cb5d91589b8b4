"""What a period brought, counted from what is stored: every figure with the ids behind it.

Found, nurtured, summed up and spread are the four steps of the directive's documents. What people
have not accepted counts as found by the machine only; what was taken back is not published.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from pipeline.config.office import Office
from pipeline.judge.names.named_places import named_places
from pipeline.publish.channels import CHANNELS
from pipeline.publish.channels.notice import Notice
from pipeline.publish.channels.papers import Papers
from pipeline.publish.channels.social import DRY_RUN
from pipeline.report.counted import decided, found, median_hours, published
from pipeline.report.names import Names
from pipeline.report.period import Period
from pipeline.report.words import UNKNOWN
from pipeline.review.register import registered
from pipeline.review.register_nominations import candidates, nominations
from pipeline.store.models import (
    Adoption,
    AwardState,
    Axis,
    Delivery,
    DeliveryState,
    Exemplar,
    ExemplarAward,
    Stage,
    StageChange,
    Story,
    StoryStatus,
)
from pipeline.text.fold import fold_search
from pipeline.text.format import date
from pipeline.text.urls import public_link

Ids = list[str]
PROPOSED = 30
"""Nominations in a report, the best founded."""


def count(period: Period, office: Office, names: Names) -> dict[str, Any]:
    """The figures, as JSON: ``counts`` (name → ids of stories or exemplars), ``tables`` (axis →
    rows of key, name, accepted ids, published ids), ``stories`` (id → how each accepted or
    published story was called then), ``channels``, ``hours``, ``gaps``, ``proposals``."""
    inside = (period.since, period.until)
    seen = found(*inside)
    accepted = list(
        decided(*inside)
        .filter(status=StoryStatus.ACCEPTED)
        .select_related("lead")
        .prefetch_related("tags")
        .order_by("decided_at", "pk")
    )
    shown = published(*inside).order_by("out_at", "pk")
    out = list(shown.select_related("lead").prefetch_related("tags"))
    public = dict(shown.values_list("pk", "out_at"))
    founded = _within(registered(), "found_at", inside).order_by("found_at", "pk")
    counts: dict[str, Ids] = {
        "seen": _ids(seen),
        "accepted": _ids(accepted),
        "published": _ids(out),
        "exemplars": _ids(founded),
        "exemplars_here": _ids(founded.filter(province=office.province)),
        **_moved(inside),
        "adoptions": _exemplars(_within(Adoption.objects.filter(removed_at=None), "at", inside)),
        "awards": _exemplars(
            ExemplarAward.objects.filter(
                state=AwardState.STANDING, given_on__range=(period.first, period.last)
            )
        ),
    }
    tables = _tables(accepted, out, office, names)
    return {
        "counts": counts,
        "tables": tables,
        "stories": {str(story.public_id): _told(story, names) for story in (*accepted, *out)},
        "channels": _channels(inside),
        "hours": _hours(accepted, out, public),
        "gaps": _gaps(tables, founded, office, names),
        "proposals": _proposals(period.until, office),
    }


def _told(story: Story, names: Names) -> dict[str, str]:
    lead = story.lead
    return {
        "headline": story.headline,
        "subject": story.subject,
        "commune": story.commune,
        "province": story.province,
        "outlet": names.outlet(story.outlets[0]) if story.outlets else "",
        "published_on": date(story.published_at),
        "url": public_link(lead.url) if lead else "",
    }


_ORDER = Stage.values
_STAGES = {"nurtured": Stage.NURTURED, "summed_up": Stage.SUMMED_UP, "spread": Stage.SPREAD}


def _within(rows: QuerySet[Any], field: str, inside: tuple[datetime, datetime]) -> QuerySet[Any]:
    since, until = inside
    return rows.filter(**{f"{field}__gte": since, f"{field}__lt": until})


def _ids(rows: Iterable[Story | Exemplar]) -> Ids:
    return [str(row.public_id) for row in rows]


def _moved(inside: tuple[datetime, datetime]) -> dict[str, Ids]:
    """Exemplars that came to a stage in that time, and at its end stand there or further on, as
    they did not at its beginning: a step taken back is none."""
    changes: dict[int, list[StageChange]] = defaultdict(list)
    for change in _within(StageChange.objects.order_by("at", "pk"), "at", inside):
        changes[change.exemplar_id].append(change)

    def reached(stage: Stage) -> Iterable[int]:
        for steps in changes.values():
            first, last = (_ORDER.index(each) for each in (steps[0].before, steps[-1].after))
            if first < _ORDER.index(stage) <= last:
                yield from (step.pk for step in steps if step.after == stage)

    return {
        name: _exemplars(StageChange.objects.filter(pk__in=list(reached(stage))))
        for name, stage in _STAGES.items()
    }


def _exemplars(rows: QuerySet[Any]) -> Ids:
    """Each exemplar of the register that the rows are about, once, in their order."""
    found = [row.exemplar.standing for row in rows.select_related("exemplar__merged_into")]
    ours = registered().filter(pk__in=[exemplar.pk for exemplar in found])
    known = set(ours.values_list("pk", flat=True))
    return list(dict.fromkeys(str(each.public_id) for each in found if each.pk in known))


def _tables(
    accepted: Sequence[Story], out: Sequence[Story], office: Office, names: Names
) -> dict[str, list[dict[str, Any]]]:
    def tagged(axis: Axis) -> Callable[[Story], Iterable[str]]:
        return lambda story: [
            tag.slug for tag in story.tags.all() if tag.axis == axis and not tag.removed
        ]

    def commune(story: Story) -> Iterable[str]:
        return [story.commune] if story.province == office.province else []

    axes: dict[str, tuple[Callable[[Story], Iterable[str]], Callable[[str], str]]] = {
        "sector": (tagged(Axis.SECTOR), lambda slug: names.sectors.get(slug, slug)),
        "campaign": (tagged(Axis.CAMPAIGN), lambda slug: names.campaigns.get(slug, slug)),
        "commune": (commune, lambda name: name or UNKNOWN),
        "outlet": (lambda story: story.outlets[:1], names.outlet),
        "kind": (lambda story: [story.kind], str),
    }
    tables = {}
    for axis, (keys, name) in axes.items():
        rows: dict[str, tuple[Ids, Ids]] = defaultdict(lambda: ([], []))
        for position, stories in enumerate((accepted, out)):
            for story in stories:
                for key in keys(story):
                    rows[key][position].append(str(story.public_id))
        ordered = sorted(
            rows,
            key=lambda key: (-len(rows[key][0]), -len(rows[key][1]), fold_search(name(key)), key),
        )
        tables[axis] = [
            {"key": key, "name": name(key), "accepted": rows[key][0], "published": rows[key][1]}
            for key in ordered
        ]
    return tables


def _channels(inside: tuple[datetime, datetime]) -> list[dict[str, Any]]:
    """Per channel: editions that went out over it, and messages sent; a dry run reached nobody, and
    a notice to our own people is no channel. ``prepared``: files for others to print, read aloud or
    send, of which nobody here knows whom they reached."""
    real = Delivery.objects.filter(state=DeliveryState.SENT).exclude(detail__startswith=DRY_RUN)
    sent = _within(real, "finished_at", inside)
    messages: dict[str, Counter[int]] = defaultdict(Counter)
    for channel, edition in sent.values_list("channel", "edition__number").iterator():
        messages[channel][edition] += 1
    return [
        {
            "key": name,
            "name": channel.label,
            "prepared": isinstance(channel, Papers),
            "editions": sorted(messages[name]),
            "messages": messages[name].total(),
            "each": [messages[name][edition] for edition in sorted(messages[name])],
        }
        for name, channel in CHANNELS.items()
        if messages[name] and name != Notice.name
    ]


def _hours(
    accepted: Sequence[Story], out: Sequence[Story], public: Mapping[int, datetime]
) -> dict[str, float | None]:
    """Medians: outlet to desk, desk to decision, decision to public. None: nothing to measure. A
    source that gives only the day says nothing about hours."""
    exact = [story for story in accepted if story.lead and story.lead.date_precision != "day"]
    spans: dict[str, Iterable[tuple[datetime | None, datetime | None]]] = {
        "found": ((story.published_at, story.found_at) for story in exact),
        "decided": ((story.found_at, story.decided_at) for story in accepted),
        "published": ((story.decided_at, public[story.pk]) for story in out),
    }
    medians = {name: median_hours(each) for name, each in spans.items()}
    return {name: value and round(value, 1) for name, value in medians.items()}


def _gaps(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    founded: QuerySet[Exemplar],
    office: Office,
    names: Names,
) -> dict[str, Any]:
    """Communes of the province and sectors of which nothing was accepted or published; a commune
    whose exemplar was found in the period has one, whenever it was accepted."""
    every = named_places().communes(office.province)
    here = founded.filter(province=office.province)
    told = {row["key"] for row in tables["commune"]} | set(here.values_list("commune", flat=True))
    sectors = {row["key"] for row in tables["sector"]}
    return {
        "communes": [name for name in every if name not in told],
        "communes_of": len(every),
        "sectors": [name for slug, name in names.sectors.items() if slug not in sectors],
    }


def _proposals(now: datetime, office: Office) -> list[dict[str, Any]]:
    """Of the office's own province: it can propose nobody else's."""
    here = set(registered().filter(province=office.province).values_list("pk", flat=True))
    ours = [each for each in candidates(now) if each.exemplar in here]
    return [
        {
            "id": str(each.exemplar.public_id),
            "name": each.exemplar.name,
            "kind": each.exemplar.kind,
            "place": ", ".join(filter(None, (each.exemplar.commune, each.exemplar.province))),
            "days": each.days,
            "stories": _ids(each.stories),
        }
        for each in nominations(ours[:PROPOSED])
    ]
