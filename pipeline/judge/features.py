"""What can be said about an article in plain words: the facts an editor would point at.

Every fact is a number between 0 and about 1 with a name a person understands; the learned model
weighs them beside the wording, and the desk shows the ones that decided.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.protagonist.choosing import PROMINENCE, most_prominent, score
from pipeline.judge.protagonist.facts import Candidate
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.runs import read_fields
from pipeline.judge.sectors import sector_points

_KINSHIP = frozenset("ông bà anh chị em cô cụ thầy chú bác cháu".split())  # noqa: SIM905
_SPEECH = re.compile(r"[“\"][^”\"\n]{25,}[”\"]")
_AMOUNT = re.compile(r"\d[\d.,]*\s*([^\W\d]+)")
_MONEY = frozenset({"triệu", "tỷ", "tỉ", "nghìn", "đồng", "usd"})
_UNITS = frozenset(
    {"ha", "m", "héc", "con", "cây", "tấn", "kg", "suất", "hộ", "người", "lần", "năm"}
)
_MOMENT = re.compile(r"\d(?:[/-]\d|\s?(?:giờ|h)\b)")
_AGE = re.compile(r"\d{2} tuổi")
_BORN = ("sinh năm", "(SN", " SN 19", " SN 20")
_OF_SUBJECT = frozenset(
    {"title", "sapo", "lead", "opens", "leader", "life", "speaks", "acts", "honoured", "full"}
)
_FEW_POINTS = 2.0
"""Of phrases of all sectors: an article with no more than these has no sector to itself."""
_NAMED_TITLE = re.compile(r"^[^:]{2,30}:")


def facts(reading: Reading, taxonomy: Taxonomy, subjects: list[Candidate]) -> dict[str, float]:
    """Facts of an article; ``subjects`` are those it could be about."""
    found: dict[str, float] = {}
    _count_cues(reading, taxonomy, found)
    _describe_form(reading, found)
    _describe_subject(subjects, found)
    points = sector_points(reading)
    total = sum(points.values()) + _FEW_POINTS
    for slug, value in points.items():
        found[f"sector:{slug}"] = 1 - math.exp(-value / 8)
        found[f"sector-share:{slug}"] = value / total
    for _, hit in reading.on("group"):
        found[f"group:{hit.slug}"] = min(found.get(f"group:{hit.slug}", 0) + 0.34, 1.0)
    return found


def _count_cues(reading: Reading, taxonomy: Taxonomy, found: dict[str, float]) -> None:
    roles = {group.slug: group.role for group in taxonomy.cues}
    weights = {group.slug: group.weight for group in taxonomy.cues}
    counted: Counter[tuple[str, str]] = Counter()
    for field, hit in reading.on("cue"):
        counted["text" if field == "text" else "lead", hit.slug] += 1
    total = 0.0
    roles_met: Counter[str] = Counter()
    for (where, slug), count in counted.items():
        found[f"{where}:{slug}"] = min(count, 3) / 3 if where == "text" else min(count, 2) / 2
        roles_met[roles[slug]] += count
        total += weights[slug] * min(count, 2) * (0.6 if where == "lead" else 0.25)
    for role, count in roles_met.items():
        found[f"role:{role}"] = math.log1p(count) / 3
    found["cue-weight"] = math.tanh(total / 6)
    complete = min(roles_met["deed"], 1) * min(roles_met["result"] + roles_met["award"], 1)
    found["deed-with-result"] = float(complete)


def _describe_form(reading: Reading, found: dict[str, float]) -> None:
    title, text = reading.article.title, reading.article.text
    lead = f"{reading.article.sapo or ''} {text[:500]}"
    words = max(len(reading.fields["text"].words), 1)
    per_hundred = 100 / words
    kin = sum(map(_KINSHIP.__contains__, reading.fields["text"].words))
    found["length"] = min(math.log1p(words) / 8, 1.2)
    found["kinship"] = min(kin * per_hundred / 4, 1.0)
    found["speech"] = min(len(_SPEECH.findall(text)) / 6, 1.0)
    units = _AMOUNT.findall(reading.fields["text"].folded)
    found["money"] = min(sum(map(_MONEY.__contains__, units)) * per_hundred / 2, 1.0)
    found["amounts"] = min(sum(map(_UNITS.__contains__, units)) * per_hundred / 3, 1.0)
    found["moments"] = min(len(_MOMENT.findall(text)) * per_hundred / 3, 1.0)
    found["age"] = float(any(map(lead.__contains__, _BORN)) or bool(_AGE.search(lead)))
    acronyms = sum(
        len(syllable) > 1 and syllable.isalpha()
        for part in read_fields(reading.article)
        if part.field == "text"
        for run in part.runs
        for syllable in filter(str.isupper, run.syllables)
    )
    found["acronyms"] = min(acronyms * per_hundred / 3, 1.0)
    found["paragraphs"] = min(text.count("\n") / 20, 1.0)
    found["title:colon"] = float(bool(_NAMED_TITLE.match(title)))
    found["title:quoted"] = float("'" in title or "“" in title or '"' in title)
    found["title:number"] = float(any(char.isdigit() for char in title))
    found["title:short"] = float(len(reading.fields["title"].words) <= 9)


def _describe_subject(subjects: list[Candidate], found: dict[str, float]) -> None:
    best = most_prominent(subjects)
    if best is None:
        found["no-subject"] = 1.0
        return
    found["subject:score"] = 1 / (1 + math.exp(2 - score(best.facts, PROMINENCE)))
    for fact in _OF_SUBJECT & best.facts.keys():
        found[f"subject:{fact}"] = best.facts[fact]
    found["subject:weight"] = best.facts["weight"] / 3
    found[f"subject:{best.kind.value}"] = 1.0
    people = [one for one in subjects if "person" in one.facts]
    found["people"] = min(len(people) / 8, 1.0)
    named = sum(len(one.all_spans) for one in people)
    found["subject:share"] = len(best.all_spans) / named if named else 0.0
    found["leaders"] = min(sum(one.facts["leader"] for one in people) / 4, 1.0)
    found["leader-in-title"] = float(
        any(one.facts["leader"] and one.facts["title"] for one in people)
    )
    for fact in ("life", "acts", "honoured"):
        found[f"anyone:{fact}"] = max(one.facts.get(fact, 0.0) for one in subjects)
