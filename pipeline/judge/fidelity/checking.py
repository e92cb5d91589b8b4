"""Is every fact of a summary in its source? Numbers, dates, names, awards, places, quotations,
superlatives and negations, compared after folding what Vietnamese writes in several ways.

The check knows words, not the world: a fact is supported when the source says it in the same or an
equivalent form. It never calls a summary true, it shows an editor what to look at.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.judge.fidelity.actors import actor_claims
from pipeline.judge.fidelity.bodies import (
    body_level_claims,
    chain_claims,
    institution_claims,
    part_claims,
    planned_award_claims,
    type_claims,
)
from pipeline.judge.fidelity.claims import (
    Claim,
    Reading,
    date_claims,
    number_claims,
    quotation_claims,
)
from pipeline.judge.fidelity.context import (
    body_claims,
    level_claims,
    office_claims,
    rate_claims,
    refusal_claims,
)
from pipeline.judge.fidelity.details import DETAILS
from pipeline.judge.fidelity.events import (
    date_exchange_claims,
    institution_exchange_claims,
    place_exchange_claims,
    sum_exchange_claims,
)
from pipeline.judge.fidelity.names import award_claims, name_claims
from pipeline.judge.fidelity.negations import negation_claims
from pipeline.judge.fidelity.receivers import gift_claims, receiver_claims
from pipeline.judge.fidelity.strength import superlative_claims
from pipeline.judge.fidelity.turns import opposite_claims, polarity_claims
from pipeline.judge.reading.sentences import sentences
from pipeline.shapes import Fidelity, Finding

_FINDERS = (
    number_claims,
    date_claims,
    name_claims,
    award_claims,
    level_claims,
    office_claims,
    rate_claims,
    body_claims,
    quotation_claims,
    superlative_claims,
    negation_claims,
    refusal_claims,
    actor_claims,
    receiver_claims,
    gift_claims,
    institution_claims,
    part_claims,
    type_claims,
    chain_claims,
    body_level_claims,
    planned_award_claims,
    date_exchange_claims,
    sum_exchange_claims,
    place_exchange_claims,
    institution_exchange_claims,
    opposite_claims,
    polarity_claims,
    *DETAILS,
)


def check(summary: str, source_text: str) -> Fidelity:
    """Compare ``summary`` with the text it was made from (headline, sapo and body, joined by \\n).

    A sentence that the source has word for word is supported by it. Spans are of the NFC form of
    ``summary``.
    """
    source = _source(source_text)
    reading = Reading.of(summary)
    claims = [claim for find in _FINDERS for claim in find(reading, source)]
    # Only whole sentences: a part of one may have lost its "hơn" or its "không".
    said = {sentence.text for sentence in sentences(source.text)}
    verbatim = [one for one in sentences(reading.text) if one.text in said]
    findings = {
        (claim.start, claim.end): _finding(reading.text, claim, claim.why)
        for claim in claims
        if claim.why
        and not any(one.start <= claim.start and claim.end <= one.end for one in verbatim)
    }
    # Two checks may speak of one fault: the longer span says it.
    widest = [
        one
        for one in findings.values()
        if not any(
            other is not one
            and other.kind == one.kind
            and other.start <= one.start
            and one.end <= other.end
            for other in findings.values()
        )
    ]
    ordered = sorted(widest, key=lambda finding: (finding.start, finding.end))
    spans = {(claim.start, claim.end) for claim in claims}
    return Fidelity(len(spans), tuple(ordered))


@lru_cache(maxsize=32)
def _source(text: str) -> Reading:
    """The desk checks one source again at every keystroke's pause."""
    return Reading.of(text)


def _finding(text: str, claim: Claim, why: str) -> Finding:
    return Finding(claim.kind, claim.start, claim.end, text[claim.start : claim.end], why)
