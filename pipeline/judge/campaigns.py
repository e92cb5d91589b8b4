"""Which campaigns an article names or carries out, valid on its day and in its province."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from pipeline.config.taxonomy import Campaign
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import Hit
from pipeline.judge.reading.runs import Field
from pipeline.shapes import Evidence, Scored
from pipeline.text.clock import VIETNAM

ASSERTED = 0.5
_EVIDENCE_EACH = 3
_PASSING = 0.4
_LONG = 1300
"""Words of a body."""
_BANNER = re.compile(
    r"(?<!\w)(?:khẩu hiệu|băng rôn|băng-rôn|pa nô|pano|pa-nô|biểu ngữ|áp phích|tấm bảng|biển hiệu"
    r"|dòng chữ)(?: (?!phong trào|cuộc vận động)[^\s.;“\"]+){0,6}[ :]*(?:[“\"'‘][^”\"'’\n]{0,40})?$"
)
"""Such a word before the phrase; between them few words, or a quotation that is still open."""


def find_campaigns(
    reading: Reading, campaigns: Iterable[Campaign], provinces: frozenset[str] = frozenset()
) -> tuple[tuple[Scored, ...], tuple[Evidence, ...]]:
    """Asserted campaigns, best first, and the wording that asserts them.

    ``provinces`` are today's provinces the article is about; the outlet's province is added. A
    local campaign needs its own among them. An undated article passes every validity period.
    """
    found: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
    for field, hit in reading.on("campaign"):
        if not _on_a_banner(reading, field, hit):
            found[hit.slug].append((field, hit))
    if not found:
        return (), ()
    article = reading.article
    day = article.published_at.astimezone(VIETNAM).date() if article.published_at else None
    here = provinces | {article.province} if article.province else provinces
    scored, evidence = [], []
    for campaign in campaigns:
        hits = found.get(campaign.id)
        if not hits or not campaign.valid_on(day):
            continue
        if campaign.province and campaign.province not in here:
            continue
        score = _score(hits)
        if _in_passing(reading, hits, len(found)):
            score = min(score, _PASSING)
        if score >= ASSERTED:
            scored.append(Scored(campaign.id, round(score, 3)))
            for_ = f"campaign:{campaign.id}"
            named = [pair for pair in hits if pair[1].strength != "hint"]
            evidence += [reading.evidence(for_, *pair) for pair in named[:_EVIDENCE_EACH]]
    scored.sort(key=lambda item: (-item.score, item.slug))
    return tuple(scored), tuple(evidence)


def _on_a_banner(reading: Reading, field: Field, hit: Hit) -> bool:
    """What is written on a wall along the way is no deed of anybody in the article."""
    syllables = reading.fields[field]
    start = syllables.quote(hit.first, hit.last)[0]
    return _BANNER.search(syllables.folded, max(0, start - 60), start) is not None


def _in_passing(reading: Reading, hits: list[tuple[Field, Hit]], campaigns: int) -> bool:
    """Named once, in the body of a long article that hardly speaks of campaigns."""
    return (
        len(hits) == 1
        and hits[0][0] == "text"
        and campaigns <= 2
        and len(reading.fields["text"].words) > _LONG
    )


def _score(hits: list[tuple[Field, Hit]]) -> float:
    """A name is enough; practice needs to be central (headline, sapo or repeated)."""
    strengths = Counter(hit.strength for _, hit in hits)
    leading = any(field != "text" and hit.strength != "hint" for field, hit in hits)
    if strengths["alias"]:
        return min(0.65 + 0.2 * leading + 0.05 * (len(hits) - 1), 1.0)
    if strengths["practice"]:
        return min(0.4 + 0.2 * leading + 0.1 * (strengths["practice"] - 1), 0.8)
    return 0.0
