"""Small words that change a fact: a part of the day, a weekday, the number in a name, the river's
name, where somebody comes from, the level of an office, per day or per month.

What the summary says is compared with what the source says of the same thing; where the source is
silent about it, the check is silent too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from pipeline.judge.fidelity.alignment import passages
from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.names.personal import any_of
from pipeline.judge.names.told import told
from pipeline.judge.reading.days import Day
from pipeline.judge.reading.wording import tokens, word_set, written_out
from pipeline.text.fold import fold

_PARTS = {"sáng": (0, 11), "trưa": (10, 14), "chiều": (12, 19), "tối": (17, 24), "đêm": (17, 29)}
"""The hours (from, to) at which a part of the day may be said."""
_PART = "|".join(_PARTS)
_PART_BEFORE = re.compile(rf"(?<!\w)(?P<part>{_PART})(?:\s(?:ngày|hôm|nay|qua|mùng))*\s*\(?$")
_PART_ALONE = re.compile(
    rf"(?<!\w)(?P<part>{_PART})(?!\s(?:tạo|kiến|chế|tác|suốt|sủa|rực|tỏ|mắt|cao|dài|rộng|sâu))(?!\w)"
)
_CLOCK = re.compile(
    rf"(?<![\w/.,])(?P<hour>\d{{1,2}})(?:(?P<short>[hg])(?:\d\d)?(?!\w)|\s?(?:giờ|h)(?!\w)"
    rf"(?:\s\d\d?(?:\sphút)?)?)(?:\s(?P<part>{_PART})(?!\w))?"
)
_TEN = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_HOURS = {word: hour for hour, word in enumerate(_TEN, start=1)}
_SPOKEN_CLOCK = re.compile(
    rf"(?<!\w)(?P<hour>\d{{1,2}}|{'|'.join(_HOURS)})(?:\sgiờ|\s?h)\s(?P<part>{_PART})(?!\w)"
)
_WEEKDAY = re.compile(
    r"(?<!\w)(?:chủ nhật|(?<=sáng )thứ (?:bảy|sáu|năm|tư)|(?<=chiều )thứ (?:bảy|sáu|năm|tư)"
    r"|(?<=tối )thứ (?:bảy|sáu|năm|tư)|(?<=ngày )thứ (?:bảy|sáu|tư))(?!\w)"
)
_NUMBERED = word_set("tầng quận khóa đội tổ")
_KINDS = word_set("sông suối hồ núi đảo đèo cầu chợ hẻm vịnh")
_HOME_REACH = 9
_OFFICE = any_of("chủ tịch|bí thư|trưởng công an|chỉ huy trưởng")
_BODY = any_of("ủy ban nhân dân|ubnd|hội đồng nhân dân|hđnd|hội nông dân|đảng ủy|hội phụ nữ")
_LEVEL = any_of("xã|phường|thị trấn|huyện|quận|thị xã|tỉnh")
_PERIOD = any_of("giờ|ngày|tuần|tháng|quý|năm|vụ")
_RATE = re.compile(rf"(?:(?<!\w)(?:mỗi|một|hằng|hàng)\s|/\s?)(?P<period>{_PERIOD})(?!\w)")
_RATE_REACH = 45


def day_part_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``Sáng 2/11`` where the source has another part of that day."""
    said: defaultdict[tuple[int | None, int | None], set[str]] = defaultdict(set)
    dated: set[int] = set()
    for day in source.days:
        if found := _part_of(day, source.folded):
            said[day.day, day.month].add(found["part"])
            dated.add(found.start("part"))
    free = {
        found["part"]
        for found in _PART_ALONE.finditer(source.folded)
        if found.start("part") not in dated
    }
    clocks = (one for one in _CLOCK.finditer(source.folded) if not one["part"])
    hours = {hour for one in clocks for hour in _hours(one)}
    for day in summary.days:
        found = _part_of(day, summary.folded)
        if not found or not any(
            (day.day, day.month) == (one.day, one.month) for one in source.days
        ):
            continue
        part = found["part"]
        first, last = _PARTS[part]
        known = said.get((day.day, day.month), set())
        elsewhere = any(part in parts for parts in said.values())
        possible = part in known or part in free or any(first <= hour <= last for hour in hours)
        night = {part} | known >= {"tối", "đêm"}
        why = None
        if not possible and not night and (known or elsewhere):
            why = "nguồn không ghi buổi này của ngày ấy"
        yield Claim("date", found.start("part"), day.end, why)


def _part_of(day: Day, folded: str) -> re.Match[str] | None:
    begin = max(0, day.start - 20)
    return _PART_BEFORE.search(folded[: day.start], begin) if day.day is not None else None


def _hours(clock: re.Match[str]) -> set[int]:
    """Of the day, 0 to 23: two where ``7 giờ`` may be either."""
    hour = int(clock["hour"])
    if clock["part"]:
        return {hour + 12 if clock["part"] != "sáng" and hour < 11 else hour}
    return {hour} if clock["short"] or hour > 12 else {hour, hour + 12}


def clock_part_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``7 giờ tối`` where the source has 7h of the morning."""
    clocks = list(_CLOCK.finditer(source.folded))
    spoken = [
        (_HOURS.get(one["hour"]), one["part"]) for one in _SPOKEN_CLOCK.finditer(source.folded)
    ]
    for found in _SPOKEN_CLOCK.finditer(summary.folded):
        hour = _HOURS.get(found["hour"]) or int(found["hour"])
        hours = {known for one in clocks for known in _hours(one) if known % 12 == hour % 12}
        parts = {part for known, part in spoken if known == hour}
        first, last = _PARTS[found["part"]]
        wrong = hours and not any(first <= known <= last for known in hours)
        why = "nguồn ghi buổi khác" if wrong and found["part"] not in parts else None
        yield Claim("number", found.start(), found.end(), why)


def weekday_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``thứ bảy`` where the source knows only other days of the week."""
    known = {found[0] for found in _WEEKDAY.finditer(source.folded)}
    for found in _WEEKDAY.finditer(summary.folded):
        absent = known and f" {found[0]} " not in source.canonical
        yield Claim("date", found.start(), found.end(), "nguồn ghi thứ khác" if absent else None)


def numbered_name_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``Đoàn 75`` where the source knows only ``Đoàn 74``; ``tầng hai`` for ``tầng ba``."""
    said: defaultdict[str, set[object]] = defaultdict(set)
    for one in source.loose_quantities:
        if one.before and one.qualifier == "exact":
            said[_label(one.before)].update(one.values)
    for one in summary.quantities:
        label = _label(one.before)
        if not label or one.qualifier != "exact" or one.measure or one.noun:
            continue
        before = [token for token in summary.tokens if token.end <= one.start][-2:]
        named = len(before) == 2 and (before[-1].capital or before[0].capital)
        if not (label.split()[-1] in _NUMBERED or (named and label.split()[-1] != "lớp")):
            continue
        wrong = said.get(label) and not one.values & said[label]
        yield Claim("name", one.start, one.end, "nguồn ghi số khác ở tên này" if wrong else None)


def _label(before: tuple[str, ...]) -> str:
    return before[-1] if before and before[-1] in _NUMBERED else " ".join(before[-2:])


def kind_name_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``sông Công`` where the source names only another river."""
    for at, token in enumerate(summary.tokens[:-1]):
        after = summary.tokens[at + 1]
        if token.word not in _KINDS or token.capital or not after.capital:
            continue
        others = [
            here
            for here in source.places([token.word])
            if here + 1 < len(source.tokens) and source.tokens[here + 1].capital
        ]
        known = source.contains(f" {token.word} {written_out([after.word]).strip()} ")
        beside = any(after.word in source.all_words[here + 1 : here + 7] for here in others)
        why = None if known or beside or not others else "nguồn không có tên này"
        yield Claim("place", token.start, after.end, why)


def home_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``quê Đồng Nai``: the source says of nobody that this is home."""
    homes = [
        source.all_words[here : here + _HOME_REACH]
        for here in source.places(["quê"])
        if any(one.capital for one in source.tokens[here : here + 5])
    ]
    for at in summary.places(["quê"]):
        name: list[str] = []
        end = at + 1
        if end < len(summary.tokens) and summary.tokens[end].word in ("ở", "tỉnh", "xã", "huyện"):
            end += 1
        while end < len(summary.tokens) and summary.tokens[end].capital:
            name.append(summary.tokens[end].word)
            end += 1
        if not name or not homes:
            continue
        known = any(" ".join(name) in " ".join(home) for home in homes)
        why = None if known else "nguồn không ghi đây là quê"
        yield Claim("place", summary.tokens[at].start, summary.tokens[end - 1].end, why)


def office_level_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``Chủ tịch huyện Nguyễn Văn A`` whom the source makes the commune's."""
    for person in told(source.text).people:
        name = re.escape(fold(person.name))
        before = (
            rf"(?<!\w){_OFFICE} (?:{_BODY} )?(?P<level>{_LEVEL}) (?:[^\s.;]+ ){{0,7}}?{name}(?!\w)"
        )
        after = rf"(?<!\w){name}[ ,(–-]+{_OFFICE} (?:{_BODY} )?(?P<level>{_LEVEL})(?!\w)"
        said = {
            found["level"] for form in (before, after) for found in re.finditer(form, source.folded)
        }
        for form in (before, after):
            for found in re.finditer(form, summary.folded):
                wrong = said and found["level"] not in said
                why = f"nguồn ghi cấp “{' / '.join(sorted(said))}”" if wrong else None
                yield Claim("name", found.start(), found.end(), why)


def amount_rate_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``30.000 đồng một tháng`` where the source has that amount by the day."""
    there = passages(source.text)
    for one in summary.quantities:
        if one.measure != "money":
            continue
        for found in _RATE.finditer(summary.folded, max(0, one.start - _RATE_REACH), one.end + 20):
            if re.search(r"[.;,]", summary.folded[found.end() : one.start]):
                continue
            where = {
                there.at(said.start)
                for said in source.quantities
                if said.measure == "money" and said.values & one.values
            }
            texts = [fold(there.sentences[at].text) for at in where]
            periods = {rate["period"] for text in texts for rate in _RATE.finditer(text)}
            mentioned = any(found["period"] in [t.word for t in tokens(text)] for text in texts)
            wrong = periods and found["period"] not in periods and not mentioned
            why = f"nguồn tính theo {' / '.join(sorted(periods))}" if wrong else None
            yield Claim("number", found.start(), found.end(), why)


DETAILS = (
    day_part_claims,
    clock_part_claims,
    weekday_claims,
    numbered_name_claims,
    kind_name_claims,
    home_claims,
    office_level_claims,
    amount_rate_claims,
)
