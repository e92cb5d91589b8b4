"""Who was honoured or given something: an award or a gift that the source tells of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.judge.fidelity.actors import names_in
from pipeline.judge.fidelity.alignment import Margins, context_of, exchanged, passages, shown
from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.names.award_receivers import sentence_begin
from pipeline.judge.names.awards import AwardMention
from pipeline.judge.names.told import Told, told
from pipeline.text.fold import fold

_MARGINS = (Margins(enough=5.0, share=0.3, times=1.6),)
_GIVES = re.compile(
    r"(?<!\w)(?:trao|tặng|biếu|hỗ trợ|ủng hộ|giúp|gửi|trả|nhường|chuyển|quyên góp|cấp|khen)(?!\w)"
)
_GIFT = re.compile(rf"{_GIVES.pattern}[^.;\n]{{0,80}}? (?:cho|tới|đến) (?P<to>[^.;,\n]{{2,60}})")
_RECEIVES = re.compile(r"(?<!\w)(?:được|nhận|đoạt|đạt|giành)(?!\w)")
_OFFICIAL = re.compile(
    r"(?<!\w)(?:đánh giá|biểu dương|phát biểu|khẳng định|nhấn mạnh|ghi nhận|trao|chúc mừng)(?!\w)"
)
_SEVERAL = re.compile(
    r"(?<!\w)(?:các|những|hai|ba|bốn|năm|nhóm|cá nhân|tập thể|người|nhân viên|học sinh|em"
    r"|họ)(?!\w)"
)
_MEDAL = re.compile(r"(?<!\w)HC[VBĐ](?!\w)")
"""Short for medals, which the finder of awards does not read."""
_PRONOUN = re.compile(
    r"(?:cho |tặng )?(?P<call>ông|bà|anh|chị|em|cô|chú|bác|cụ|thầy|cháu)(?: ấy| này)?$"
)


def receiver_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """Persons to whom the summary says an award went: the source gives one of that form to them."""
    known, here = told(source.text), told(summary.text)
    for mention in summary.awards:
        same = [one for one in source.awards if _form(one) == _form(mention)]
        if mention.receiver is None or not same:
            continue
        begin = mention.receiver.start
        received = list(_meant(mention.receiver.quote, summary.text[:begin], known))
        full = {name for name, _, _ in received}
        received += [
            one
            for one in names_in(mention.receiver.quote, here)
            if one[0] not in full and source.contains(f" {fold(one[0])} ")
        ]
        for name, first, last in received:
            why = _award_fault(name, same, source, known)
            span = (begin + first, begin + last) if last else (begin, mention.receiver.end)
            yield Claim("award", *span, why)


def _award_fault(
    name: str, awards: Sequence[AwardMention], source: Reading, known: Told
) -> str | None:
    there = passages(source.text)
    others: list[tuple[str, int]] = []
    if any(
        name in names and _MEDAL.search(known.sentences[at].text)
        for at, names in enumerate(known.named)
    ):
        return None
    for award in awards:
        at = there.at(award.name.start)
        to = _receivers(award, source, known, at)
        given = name.split()[-1]
        if award.receiver is not None and given in award.receiver.quote.split():
            return None
        if name in to or (not to and _may_receive(name, award, source.text, known, at)):
            return None
        others += [(one, at) for one in to]
    if not others:
        return "nguồn không ghi người này nhận"
    who, at = others[0]
    return f"nguồn ghi người nhận là {who}: “{shown(there, at, who)}”"


def _official(name: str, sentence: str) -> bool:
    """Who speaks or hands out on the day, as those do who are not honoured."""
    low = fold(sentence)
    at = low.find(fold(name))
    return at >= 0 and bool(_OFFICIAL.search(low, at + len(name), at + len(name) + 160))


def _receivers(award: AwardMention, source: Reading, known: Told, at: int) -> set[str]:
    """Who receives it: full names, a pronoun read as all whom it may mean, or another name as it
    stands; empty if unsaid or several."""
    if award.receiver is None:
        return set()
    quote = award.receiver.quote
    names = {name for name, _, _ in names_in(quote, known)}
    if names:
        return names
    if _PRONOUN.match(fold(quote).strip()):
        return set(known.about[at])
    named = any(char.isupper() for char in quote) and not _SEVERAL.search(fold(quote))
    return {quote} if named else set()


def _may_receive(name: str, award: AwardMention, text: str, known: Told, at: int) -> bool:
    """Whether an award without a receiver may be that person's: named or meant beside it, and not
    as who gives it."""
    near = [
        index
        for index in range(max(0, at - 2), min(len(known.sentences), at + 3))
        if abs(known.sentences[index].line - known.sentences[at].line) <= 1
    ]
    beside = any(
        name in known.about[index] and not _official(name, known.sentences[index].text)
        for index in near
        if index != at
    )
    if name not in known.about[at]:
        return beside
    low = fold(text)
    before = low[sentence_begin(low, award.name.start) : award.name.start]
    here = before.find(fold(name))
    gives = here >= 0 and _GIVES.search(before, here)
    if gives and not _RECEIVES.search(before, here):
        return any(name in known.named[index] for index in near if index != at)
    return True


def _meant(quote: str, before: str, known: Told) -> Iterator[tuple[str, int, int]]:
    """The persons a receiver's wording names; a lone word of kinship is the one named last before
    it with that word, else the only one named before it. The span is empty for the latter."""
    found = list(names_in(quote, known))
    if found:
        yield from found
        return
    pronoun = _PRONOUN.match(fold(quote).strip())
    if not pronoun:
        return
    earlier = sorted(names_in(before, known), key=lambda one: one[1])
    called = [one for one in earlier if fold(before[: one[1]]).endswith(f"{pronoun['call']} ")]
    names = {name for name, _, _ in called} or {name for name, _, _ in earlier}
    if len(names) == 1 or called:
        yield (called or earlier)[-1][0], 0, 0


def _form(mention: AwardMention) -> str:
    return " ".join(fold(mention.name.quote).split()[:2])


def gift_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """Persons to whom the summary says something was given: the source gives it to no other."""
    known = told(source.text)
    if len(known.people) < 2:
        return
    there = passages(source.text)
    for gift in _GIFT.finditer(summary.folded):
        start = gift.start("to")
        quote = summary.text[start : gift.end("to")]
        for name, first, last in names_in(quote, known):
            own = {
                at
                for at, about in enumerate(known.about)
                if name in about and not _only_gives(name, there.sentences[at].text)
            }
            rivals = {
                at
                for at, names in enumerate(known.named)
                if names and at not in own and _GIVES.search(fold(there.sentences[at].text))
            }
            context = context_of(summary.tokens, start + first, start + last)
            best = exchanged(there, context, own, rivals, _MARGINS)
            why = None
            if best is not None:
                why = f"nguồn không ghi người này nhận: “{shown(there, best, name)}”"
            yield Claim("name", start + first, start + last, why)


def _only_gives(name: str, sentence: str) -> bool:
    """``ông A trao quà cho anh B``: A stands before the verb and is not said to receive."""
    low = fold(sentence)
    at = low.find(fold(name))
    gives = _GIVES.search(low, at + len(name)) if at >= 0 else None
    return bool(
        gives
        and not _RECEIVES.search(low, at + len(name), gives.start())
        and low.find(fold(name), gives.end()) < 0
    )
