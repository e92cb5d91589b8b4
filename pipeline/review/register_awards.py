"""Awards of an exemplar: what articles mention, and what people say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pipeline.store.audit import record
from pipeline.store.models import (
    AwardState,
    Exemplar,
    ExemplarAward,
    JudgementRecord,
    Story,
    User,
)
from pipeline.text.fold import fold, nfc


@dataclass(frozen=True, slots=True)
class Mention:
    """An award that an article names; whose it is, a person says."""

    text: str
    level: str
    to: str
    """Who receives it, as the article says; empty where it does not tell."""
    story: Story


def mentions(stories: Iterable[Story]) -> list[Mention]:
    """What the leads of ``stories`` name, each wording once. Reads ``lead.judgement``."""
    found: dict[str, Mention] = {}
    for story in stories:
        data = judged(story)
        named = [
            (each["text"], each.get("level", ""), each.get("to", ""))
            for each in data.get("awards", ())
        ]
        if not named:
            quotes = (each for each in data.get("evidence", ()) if each["for"] == "award")
            named = [(each["quote"], "", "") for each in quotes]
        for text, level, to in named:
            found.setdefault(_key(text), Mention(text[:300], level, to, story))
    return list(found.values())


def unsaid(found: Iterable[Mention], said: Iterable[ExemplarAward]) -> list[Mention]:
    """The mentions that no person has said anything of yet."""
    known = {_key(award.title) for award in said}
    return [each for each in found if _key(each.text) not in known]


def has_none_yet(found: Sequence[Mention], said: Sequence[ExemplarAward]) -> bool:
    """Whether it may still be put forward for one: no award stands, none was ever withdrawn, and
    every mention was refused."""
    given = any(award.state != AwardState.REFUSED for award in said)
    return not given and not unsaid(found, said)


def judged(story: Story) -> dict[str, list[dict[str, str]]]:
    """The machine's opinion of the article that ``story`` is told by; empty when there is none."""
    try:
        return story.lead.judgement.data if story.lead else {}
    except JudgementRecord.DoesNotExist:
        return {}


def say(
    exemplar: Exemplar,
    by: User,
    at: datetime,
    title: str,
    *,
    state: AwardState,
    level: str = "",
    decision: str = "",
    given_on: date | None = None,
) -> ExemplarAward:
    """Keep that an award is, or is not, this exemplar's; what was said of it before gives way.

    Raises:
        ValueError: no title.
    """
    title = " ".join(nfc(title).split())[:300]
    if not title:
        raise ValueError("an award needs a title")
    with transaction.atomic():
        known = {_key(award.title): award for award in exemplar.awards.select_for_update()}
        award = known.get(_key(title)) or ExemplarAward(exemplar=exemplar, title=title)
        before = {"state": award.state} if award.pk else None
        award.state, award.by, award.at = state, by, at
        award.level = level[:20] or award.level
        award.decision = " ".join(nfc(decision).split())[:200] or award.decision
        award.given_on = given_on or award.given_on
        award.save()
        after = {"award": award.pk, "state": state}
        record("exemplar.award_said", exemplar, actor=by, at=at, before=before, after=after)
    return award


def _key(text: str) -> str:
    return " ".join(fold(nfc(text)).split())
