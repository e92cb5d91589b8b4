"""Who did it, and who said it: what the source tells of one person and the summary of another.

Every name and every word may be in the source; what is checked is whether they stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.judge.fidelity.alignment import Margins, context_of, exchanged, passages, shown
from pipeline.judge.fidelity.claims import REPORTS, Claim, Reading
from pipeline.judge.names.personal import KINSHIP
from pipeline.judge.names.told import Told, told
from pipeline.judge.reading.sentences import sentences
from pipeline.text.fold import fold

_MARGINS = (
    Margins(enough=6.0, share=0.0, times=2.2),
    Margins(enough=6.0, share=0.4, times=1.6),
    Margins(enough=6.0, share=0.7, times=1.3),
)
_OF_PLACE = re.compile(
    r"(?<!\w)(?:tỉnh|huyện|xã|phường|quận|thôn|bản|thành phố|thị xã|tp|đường|phố|trường|tại|ở) $"
)
_CALLED = re.compile(r"(?<!\w)(?P<call>\w+) (?P<given>\w+)")


def actor_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """Persons whom the source names, held to what it tells of each."""
    known = told(source.text)
    if len(known.people) < 2:
        return
    there = passages(source.text)
    for sentence in sentences(summary.text):
        here = list(names_in(sentence.text, known))
        said = {name for name, _, _ in here}
        for name, first, last in here:
            start, end = sentence.start + first, sentence.start + last
            own = {at for at, about in enumerate(known.about) if name in about}
            telling = bool(REPORTS.search(fold(_clause(sentence.text, first, last))))
            rivals = {
                at
                for at, about in enumerate(known.about)
                if at not in own
                and not known.named[at] & said
                and (known.named[at] or (len(about) == 1 and not about <= said))
                and (telling or not REPORTS.search(fold(known.sentences[at].text)))
            }
            # What stands beyond a semicolon is told of somebody else.
            left = sentence.start + sentence.text.rfind(";", 0, first) + 1
            right = sentence.text.find(";", last)
            right = sentence.end if right < 0 else sentence.start + right
            near = [one for one in summary.tokens if left <= one.start and one.end <= right]
            context = context_of(near, start, end)
            best = exchanged(there, context, own, rivals, _MARGINS)
            why = None
            if best is not None:
                who = ", ".join(
                    one.name
                    for one in known.people
                    if one.name in (known.named[best] or known.about[best])
                )
                why = f"nguồn kể việc này về {who}: “{shown(there, best, who)}”"
            yield Claim("name", start, end, why)


def _clause(text: str, first: int, last: int) -> str:
    """What is said around a name, not over a semicolon."""
    end = text.find(";", last)
    return text[text.rfind(";", 0, first) + 1 : end if end >= 0 else len(text)]


def names_in(text: str, known: Told) -> Iterator[tuple[str, int, int]]:
    """The source's persons whom ``text`` names in full, or by the given name that only one of them
    has, after a word of kinship; with the span."""
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    for one in sorted(known.people, key=lambda person: -len(person.name)):
        at = folded.find(fold(one.name))
        if at >= 0 and not _OF_PLACE.search(folded, 0, at):
            taken.append((at, at + len(one.name)))
            yield one.name, at, at + len(one.name)
    by_given: dict[str, list[str]] = {}
    for one in known.people:
        by_given.setdefault(fold(one.name).split()[-1], []).append(one.name)
    for found in _CALLED.finditer(folded):
        at, end = found.span("given")
        names = by_given.get(found["given"], [])
        full = any(first < end and at < last for first, last in taken)
        followed = text[end : end + 2].strip()[:1].isupper()
        called = found["call"] in KINSHIP and text[at].isupper() and not followed
        if called and len(names) == 1 and not full:
            yield names[0], at, end
