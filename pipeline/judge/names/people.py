"""The people an article names: full names, and the short mentions that mean the same person.

Nothing is stored of a person but the name and the title written before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.judge.names.gazetteer import Gazetteer
from pipeline.judge.names.personal import KINSHIP, SURNAMES, TITLES, words_of
from pipeline.judge.reading.runs import Field, FieldText, Run, read_fields
from pipeline.shapes import ArticleText

_NOT_PERSON_BEFORE = """
đường phố ngõ hẻm trường phường xã huyện tỉnh quận giải quỹ cầu chợ hồ núi sông suối làng thôn bản
buôn ấp xóm khu chùa đền đình miếu đảo tượng phủ giống gạo ty thpt thcs học htx đò bến vịnh đèo đội
thưởng mệnh hiệu danh viện biển bãi tuyến dịch trận hội cảng đầm khóm lăng họ đoàn chi phim ban
"""
_THINGS = frozenset(_NOT_PERSON_BEFORE.split())
"""After one of these words a name is a street's, a school's or an award's."""
_NO_NAME = """
công bộ đồn hội đảng đoàn quân cảnh trường ủy ban sở tỉnh thành đại trung chi đội việt tết nhà ubnd
hđnd mttq hà sài báo đài tổ quốc mặt liên phòng viện bệnh khoa xã phường huyện bằng huân huy giấy
danh kỷ cờ covid bác phật chúa trời csgt hợp htx clb tp thủ chủ phó bí giám trưởng nghị luật ngày
năm tháng khi tại theo trong với và từ để nhưng ở sau trước là có do vì vừa mới đã đang sẽ cũng đến
được không những các một hai ba bốn còn rồi nếu như nói chia hiện dù bởi cùng nhờ ngoài riêng
"""
_NEVER_A_NAME = frozenset(_NO_NAME.split())
_NOT_A_FULL_NAME = frozenset({"hồ chí minh", "bác hồ", "cụ hồ", "cha hồ", "việt nam"})
_PEOPLES = """
vân kiều|bru vân kiều|pa kô|pa cô|tà ôi|cơ tu|cờ tu|gia rai|jrai|ê đê|ba na|bahnar|xơ đăng|sê đăng
|giẻ triêng|gié triêng|brâu|rơ măm|chu ru|raglai|ra glai|mạ|cơ ho|k'ho|co|cor|hrê|mnông|m'nông
|xtiêng|x'tiêng|chơ ro|khơ mú|hà nhì|la hủ|lô lô|phù lá|cao lan|sán chỉ|sán chay|sán dìu|la chí
|pà thẻn|cờ lao|si la|pu péo|la ha|kháng|xinh mun|ơ đu|đan lai|rục|chứt|thổ|tày nùng|kinh
"""
_NAMES_OF_PEOPLES = frozenset(words_of(_PEOPLES))
"""Viet Nam's peoples, whose names begin like a surname."""
_AFTER_A_NAME = frozenset({"trao", "bên", "cùng", "đang", "trong", "tại", "giữa"})
"""Capitalised after a name, they begin a caption."""
_OPENING = """
theo và với nhưng còn gặp thấy nhờ khi cùng như riêng hiện ngoài sau từ của vì do bởi cho để chuyện
người là nghe
"""
_OPENERS = frozenset(_OPENING.split())
_CREDIT = re.compile(
    r"(?:ảnh|bài|clip|video|tin|nguồn|thực hiện|đồ họa|thể hiện|trình bày)\s*(?::|-|,)\s*$"
    r"|\(\s*theo\s+$"
)
_SPEAKS = re.compile(
    r"\s*(?:\(|,? ?sinh năm|,? ?\d\d tuổi|,? ?sn \d|,? (?:đã )?(?:cho biết|chia sẻ|nói|kể|tâm sự"
    r"|bộc bạch|nhớ lại|cho hay|khẳng định|trải lòng|vui mừng|quyết định|bắt đầu))"
)
_LEAD = 600


class Mention(NamedTuple):
    """One place where a person is named."""

    name: str
    """The name as written there, without title."""
    title: str | None
    """Title, rank or kinship term directly before, folded."""
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    """The fullest form in the article."""
    mentions: tuple[Mention, ...]
    """In reading order."""
    centrality: float
    """Mentions weighted by where they stand: title, sapo and the beginning count more."""

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.title for m in self.mentions if m.title))


class _Candidate(NamedTuple):
    mention: Mention
    keys: list[str]
    sure: bool


def find_people(article: ArticleText, gazetteer: Gazetteer | None = None) -> tuple[Person, ...]:
    """The people named in title, sapo and body, the most central first.

    Args:
        gazetteer: keeps place names that begin like a surname (Cao Bằng, Lý Sơn) out.
    """
    full: list[_Candidate] = []
    short: list[_Candidate] = []
    for part in read_fields(article):
        last_line = (
            part.text.rfind("\n", 0, len(part.text.rstrip())) if part.field == "text" else -1
        )
        for run in part.runs:
            if (
                last_line >= 0
                and run.start > last_line
                and run.end - run.start > 0.7 * (len(part.text.rstrip()) - last_line)
            ):
                continue  # the byline under the article
            for candidate in _candidates(run, part, gazetteer):
                (full if len(candidate.keys) > 1 else short).append(candidate)
    full, more_short = _confirmed(full, short)
    return _gather(full, short + more_short)


def _candidates(run: Run, part: FieldText, gazetteer: Gazetteer | None) -> Iterator[_Candidate]:
    if len(run.keys) == 1 and not run.before:
        return  # a sentence's first word
    start, title = _title(run)
    keys = run.keys[start:]
    if not keys or (len(keys) > 1 and run.syllables[start:][0].isupper() and _shouting(run)):
        return
    behind_place = 0
    if title is None and gazetteer is not None and len(keys) > 3:
        behind_place = gazetteer.longest(run.keys, start)[0]
        if len(keys) - behind_place < 2:
            behind_place = 0
    named_after = start == 0 and bool(run.before) and run.before[-1] in _THINGS
    if named_after and title is None and not behind_place:
        return
    if title is None:
        # A place, an office or another name may stand before the person in one run.
        for index in range(start + behind_place, len(run.keys)):
            if run.keys[index] in SURNAMES and _looks_full(run.keys[index:]):
                if index and run.keys[index - 1] in _THINGS:
                    return
                start, keys = index, run.keys[index:]
                break
        else:
            if len(keys) == 1 and run.before and keys[0] not in _NEVER_A_NAME:
                yield _Candidate(
                    Mention(run.syllables[start], None, run.field, run.start, run.end), keys, False
                )
            return
    keys = keys[:5]
    if len(keys) > 3 and keys[-1] in _AFTER_A_NAME:
        keys = keys[:-1]
    name = " ".join(keys)
    if keys[0] in _NEVER_A_NAME and (len(keys) == 1 or keys[0] not in SURNAMES):
        return
    if name in _NOT_A_FULL_NAME or name in _NAMES_OF_PEOPLES or keys[-1].isdigit():
        return
    if keys[0] == "đoàn" and keys[1:2] in (["trường"], ["thanh"], ["xã"], ["phường"]):
        return  # the youth union's branch
    if keys[0] == "đoàn" and title is None and gazetteer and gazetteer.named(" ".join(keys[1:])):
        return  # a province's team or delegation
    end = run.end_of(start + len(keys) - 1)
    begin = run.starts[start]
    if _CREDIT.search(part.folded, max(0, begin - 20), begin):
        return
    may_be_place = title is None or (title not in _OF_ONE and len(keys) < 3)
    if may_be_place and gazetteer is not None and len(keys) < 4 and gazetteer.named(name):
        return
    known = keys[0] in SURNAMES
    sure = (
        (title is not None and (known or title not in _LOOSE))
        or (known and len(keys) > 2)
        or (known and bool(_SPEAKS.match(part.folded, end)))
    )
    mention = Mention(
        " ".join(run.syllables[start : start + len(keys)]), title, run.field, begin, end
    )
    yield _Candidate(mention, keys, sure)


_LOOSE = frozenset({"chủ", "nguyên", "hộ", "thanh niên", "cán bộ", "nhân viên", "du khách", "thợ"})
"""Titles that also stand before things: they confirm a known surname only."""


_OF_ONE = KINSHIP.union(
    words_of(
        "đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá|trung tá|thiếu tá|đại úy"
        "|thượng úy|trung úy|thiếu úy|thượng sĩ|trung sĩ|hạ sĩ|chuẩn úy|liệt sĩ|bs|bs.|ths|ths.|ts"
        "|ts.|gs|gs.|pgs|pgs.|nsưt|nsnd|nnưt|nnnd|nhà báo|nhà văn|nhà thơ|nhạc sĩ|ca sĩ|họa sĩ"
        "|đạo diễn|mục sư|linh mục|sư cả|sư cô|sư thầy|thượng tọa|đại đức|hòa thượng|ni sư"
    )
)
"""Titles of one person. Any other also stands before a place, for whoever lives or governs there:
"nông dân Châu Thành", "Bí thư Lạng Sơn"."""


def _shouting(run: Run) -> bool:
    return all(syllable.isupper() for syllable in run.syllables)


_LAST_OF_TITLE = KINSHIP.union(title.split()[-1] for title in TITLES)


def _title(run: Run) -> tuple[int, str | None]:
    """Index of the first syllable after title and opening words, and the title."""
    keys, before = run.keys, run.before
    index = 0
    if not before:
        while index < len(keys) - 1 and keys[index] in _OPENERS:
            index += 1
    # "Ông Nguyễn ...", "BS Trần ...": a capitalised title opens the run.
    title: str | None = None
    while index < len(keys) - 1 and (
        keys[index] in TITLES or (keys[index] in KINSHIP and not before and index < 2)
    ):
        title = keys[index]
        index += 1
    if title is not None or index:
        return index, title
    if not before or before[-1] not in _LAST_OF_TITLE:
        return index, None
    for length in (3, 2, 1):
        words = " ".join(before[-length:]) if len(before) >= length else ""
        if words in TITLES or (length == 1 and words in KINSHIP):
            return index, words
    return index, None


def _looks_full(keys: list[str]) -> bool:
    return 2 <= len(keys) <= 5 and not any(key in _BREAKERS or key.isdigit() for key in keys[1:])


_BREAKERS = frozenset({"thpt", "thcs", "ubnd", "tp", "hđnd", "ii", "iii", "tv", "hcm", "tphcm"})


def _confirmed(
    full: list[_Candidate], short: list[_Candidate]
) -> tuple[list[_Candidate], list[_Candidate]]:
    """Unsure names stay when a sure mention, a titled short form or repetition supports them.

    Titled names without a known surname that end a fuller name ("anh Kim Thoa") are short forms.
    """
    sure = {" ".join(candidate.keys) for candidate in full if candidate.sure}
    called = {candidate.keys[-1] for candidate in short if candidate.mention.title}
    kept: list[_Candidate] = []
    more: list[_Candidate] = []
    for candidate in full:
        name = " ".join(candidate.keys)
        inside = any(
            other != name and (other.endswith(" " + name) or other.startswith(name + " "))
            for other in sure
        )
        if inside:
            more.append(candidate)
        elif candidate.sure or name in sure or candidate.keys[-1] in called:
            kept.append(candidate)
    return kept, more


def _gather(full: list[_Candidate], short: list[_Candidate]) -> tuple[Person, ...]:
    people: dict[str, list[Mention]] = {}
    names: dict[str, str] = {}
    by_syllables: dict[str, str] = {}
    for candidate in full:
        name = " ".join(candidate.keys)
        people.setdefault(name, []).append(candidate.mention)
        names.setdefault(name, candidate.mention.name)
        for size in range(1, len(candidate.keys)):
            by_syllables.setdefault(" ".join(candidate.keys[-size:]), name)
            by_syllables.setdefault("^" + " ".join(candidate.keys[:size]), name)
    for candidate in short:
        called = " ".join(candidate.keys)
        owner = by_syllables.get(called)
        if owner is None and candidate.mention.title:
            # Peoples who put the clan name last are called by the beginning: "chị H'Hen".
            owner = by_syllables.get("^" + called)
            whole = candidate.mention.title in KINSHIP or "'" in called  # "già làng K'Brếu"
            if owner is None and whole and called != "hồ":
                owner = called
                names.setdefault(owner, candidate.mention.name)
        if owner is not None:
            people.setdefault(owner, []).append(candidate.mention)
    found = [
        Person(names[name], tuple(sorted(mentions, key=_position)), sum(map(_weight, mentions)))
        for name, mentions in people.items()
    ]
    return tuple(sorted(found, key=lambda person: -person.centrality))


_ORDER: dict[Field, int] = {"title": 0, "sapo": 1, "text": 2}


def _position(mention: Mention) -> tuple[int, int]:
    return _ORDER[mention.field], mention.start


def _weight(mention: Mention) -> float:
    if mention.field == "title":
        return 4.0
    if mention.field == "sapo":
        return 2.5
    return 1.5 if mention.start < _LEAD else 1.0
