"""Everything a story could be about, with the facts that speak for and against each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.judge.names.organisations import Organisation
from pipeline.judge.names.people import Person
from pipeline.judge.protagonist import cues
from pipeline.judge.reading.runs import Field, FieldText, find_all, read_fields
from pipeline.shapes import ArticleText, ExemplarKind

_LEAD = 450
"""Characters of the body that count as its beginning."""
_MOST = 8
"""Of people and of organisations, the most central this many are weighed."""
_SAMPLE = 5
"""Mentions of each that are looked at closely."""
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Candidate:
    name: str
    kind: ExemplarKind
    spans: list[tuple[Field, int, int]]
    facts: dict[str, float]
    all_spans: list[tuple[Field, int, int]]


def candidates(
    article: ArticleText, people: tuple[Person, ...], organisations: tuple[Organisation, ...]
) -> list[Candidate]:
    """Everything the article could be about, with what its mentions alone say for and against it.

    Args:
        people: as ``find_people`` gives them for the same article.
        organisations: as ``find_organisations`` gives them for the same article.
    """
    fields = {part.field: part for part in read_fields(article)}
    found: list[Candidate] = []
    for rank, person in enumerate(people[:_MOST]):
        spans = [(m.field, m.start, m.end) for m in person.mentions]
        full = [s for s, m in zip(spans, person.mentions, strict=True) if m.name == person.name]
        facts = _facts(fields, spans, person.centrality, rank)
        facts |= _person_facts(fields, person, spans)
        found.append(
            Candidate(person.name, _person_kind(fields, spans), full or spans, facts, spans)
        )
    for rank, organisation in enumerate(organisations[:_MOST]):
        spans = [(m.field, m.start, m.end) for m in organisation.mentions]
        facts = _facts(fields, spans, organisation.centrality, rank)
        facts["organisation"] = 1.0
        folded = organisation.name.lower()
        for head, pattern in cues.UNIT_GROUPS:
            if pattern.match(folded):
                facts[f"head:{head}"] = 1.0
                break
        else:
            facts["head:other"] = 1.0
        kind = ExemplarKind(organisation.kind)
        found.append(Candidate(organisation.name, kind, spans, facts, spans))
    found.extend(_others(fields, {c.name.lower() for c in found}))
    return found


def compare(article: ArticleText, found: list[Candidate]) -> None:
    """Add the facts that only make sense beside the rivals and the headline: a closer look, for
    articles that may be exemplar stories."""
    fields = {part.field: part for part in read_fields(article)}
    _among_rivals(found)
    _headline_facts(fields, found)


def _facts(
    fields: Mapping[Field, FieldText],
    spans: list[tuple[Field, int, int]],
    centrality: float,
    rank: int,
) -> dict[str, float]:
    body = [start for field, start, _ in spans if field == "text"]
    where = {field for field, _, _ in spans}
    length = len(fields["text"].text) if "text" in fields else 1
    sample = spans[:_SAMPLE]
    acts = sum(bool(cues.ACTS.match(fields[field].folded, end)) for field, _, end in sample) / len(
        sample
    )
    return {
        "title": float("title" in where),
        "title opens": float(any(f == "title" and start < 12 for f, start, _ in spans)),
        "sapo": float("sapo" in where),
        "lead": float(bool(body) and body[0] < _LEAD),
        "opens": float(bool(body) and body[0] < 60),
        "weight": math.log1p(centrality),
        "most": float(rank == 0),
        "late": body[0] / length if body else 0.0,
        "acts": acts,
    }


def _person_facts(
    fields: Mapping[Field, FieldText], person: Person, spans: list[tuple[Field, int, int]]
) -> dict[str, float]:
    leader = life = speaks = helped = honoured = relative = directs = 0
    sample = spans[:_SAMPLE]
    for field, start, end in sample:
        folded = fields[field].folded
        before = folded[max(0, start - 80) : start]
        leader += bool(cues.LEADER.search(before)) or bool(cues.OFFICE_AFTER.match(folded, end))
        directs += bool(cues.DIRECTS.search(before))
        life += bool(cues.LIFE.match(folded, end))
        speaks += bool(cues.SPEAKS.match(folded, end))
        helped += bool(cues.HELPED.search(before[-30:]))
        relative += bool(cues.RELATIVE.search(before[-30:]))
        honoured += bool(cues.HONOURED.search(before))
    return {
        "person": 1.0,
        "leader": float(leader > 0),
        "leader share": leader / len(sample),
        "life": float(life > 0),
        "speaks": speaks / len(sample),
        "only speaks": float(speaks == len(spans)),
        "helped": helped / len(sample),
        "relative": relative / len(sample),
        "honoured": float(honoured > 0),
        "directs": float(directs > 0),
        "full": float(len(person.name.split()) >= 3),
        "single": float(len(person.name.split()) == 1),
        "titled": float(any(m.title for m in person.mentions)),
        **_as_called(fields, person),
    }


def _as_called(fields: Mapping[Field, FieldText], person: Person) -> dict[str, float]:
    title = fields["title"].folded if "title" in fields else ""
    wanted = [titles for pattern, titles in cues.CALLED if pattern.search(title)]
    if not wanted or not person.titles:
        return {}
    agrees = any(not titles.isdisjoint(person.titles) for titles in wanted)
    return {"as called" if agrees else "otherwise called": 1.0}


def _person_kind(
    fields: Mapping[Field, FieldText], spans: list[tuple[Field, int, int]]
) -> ExemplarKind:
    household = sum(
        bool(cues.HOUSEHOLD.search(fields[field].folded[max(0, start - 20) : start]))
        for field, start, _ in spans
    )
    return ExemplarKind.HOUSEHOLD if household > len(spans) / 2 else ExemplarKind.INDIVIDUAL


def _others(fields: Mapping[Field, FieldText], known: set[str]) -> Iterator[Candidate]:
    """Models, villages and crews: subjects that neither people nor organisations cover."""
    patterns = (
        ("quoted", cues.QUOTED_HEADS, cues.QUOTED, ExemplarKind.MODEL),
        ("model", cues.MODEL_HEADS, cues.MODEL, ExemplarKind.MODEL),
        ("village", cues.VILLAGE_HEADS, cues.VILLAGE, ExemplarKind.COLLECTIVE),
        ("crew", cues.CREW_HEADS, cues.CREW, ExemplarKind.COLLECTIVE),
    )
    for fact, heads, pattern, kind in patterns:
        grouped: dict[str, list[tuple[Field, int, int]]] = {}
        for part in fields.values():
            reached = 0
            for position in find_all(part, heads, whole=True):
                text = part.text if fact in {"quoted", "village"} else part.folded
                match = pattern.match(text, position) if position >= reached else None
                if match is None or (
                    fact == "crew" and part.folded.startswith(("bộ ", "ân "), position - 3)
                ):
                    continue
                start, end = match.span(1) if pattern.groups else match.span()
                if fact == "model":
                    end = start + len(cues.MODEL_ENDS.split(match[0], maxsplit=1)[0])
                    if end - start < 14:
                        continue
                reached = end
                grouped.setdefault(part.folded[start:end], []).append((part.field, start, end))
        for key, spans in grouped.items():
            if key in known:
                continue
            weight = sum(4.0 if f == "title" else 2.5 if f == "sapo" else 1.0 for f, _, _ in spans)
            facts = _facts(fields, spans, weight, 1)
            facts[fact] = 1.0
            field, start, end = spans[0]
            yield Candidate(fields[field].text[start:end], kind, spans, facts, spans)


def _among_rivals(found: list[Candidate]) -> None:
    first = min(
        (spans for c in found for spans in c.spans if spans[0] != "title"),
        key=lambda span: ({"title": 0, "sapo": 1, "text": 2}[span[0]], span[1]),
        default=None,
    )
    anyone_in_title = any(c.facts["title"] for c in found if "person" in c.facts)
    people = [c for c in found if "person" in c.facts]
    named = sum(len(c.all_spans) for c in people)
    leading = max((len(c.all_spans) / named for c in people), default=0.0)
    firms = [c.facts for c in found if c.kind is ExemplarKind.ENTERPRISE]
    firm_leads = any(facts["title"] or facts["sapo"] or facts["opens"] for facts in firms)
    for candidate in found:
        if candidate.facts.get("directs"):
            candidate.facts["directs a leading firm"] = float(firm_leads)
        candidate.facts["first"] = float(first in candidate.spans)
        if "person" in candidate.facts:
            candidate.facts["share"] = len(candidate.all_spans) / named if named else 0.0
        else:
            candidate.facts["beside a named person"] = float(anyone_in_title)
            candidate.facts["beside a leading person"] = leading * (named > 3)
            candidate.facts["beside no person"] = float(named == 0)


def _headline_facts(fields: Mapping[Field, FieldText], found: list[Candidate]) -> None:
    """Does the headline speak of a person, a unit or a model, and whose sentences echo it?"""
    title = fields["title"].folded if "title" in fields else ""
    words = [word for word in _WORD.findall(title) if word not in cues.EMPTY_WORDS]
    pairs = {f"{a} {b}" for a, b in pairwise(words)}
    says = {name for name, pattern in cues.HEADLINE if pattern.search(title)}
    opening = cues.DATELINE.sub("", title)[:32]
    agents = [
        (m.start(), n) for n, p in cues.HEADLINE if (m := p.search(opening)) and m.start() < 20
    ]
    agent = min(agents)[1] if agents else "none"
    if cues.FIRM.search(title):
        says.add("firm")
    for candidate in found:
        group = "person" if "person" in candidate.facts else candidate.kind.value
        for name in says:
            candidate.facts[f"headline {name}: {group}"] = 1.0
        candidate.facts[f"agent {agent}: {group}"] = 1.0
        if not words:
            continue
        best = first = 0.0
        for index, (field, start, _) in enumerate(candidate.spans[:_SAMPLE]):
            if field == "title":
                continue
            folded = fields[field].folded
            window = folded[max(0, start - 60) : start + 125]
            inside = _WORD.findall(window)
            echo = len(set(words).intersection(inside)) / (len(words) + 2)
            echo += 2 * sum(pair in window for pair in pairs) / (len(pairs) + 2)
            best = max(best, echo)
            first = first if index else echo
        candidate.facts["echo"] = best
        candidate.facts["echo first"] = first
