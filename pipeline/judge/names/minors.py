"""Named children: whoever an article calls by name and says to be under 18.

Law 102/2016/QH13 on Children protects the privacy of those under 16; the labelling guide and the
desk ask for care with every pupil, so under 18.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.judge.names.people import Mention, Person
from pipeline.judge.reading.runs import read_fields
from pipeline.shapes import ArticleText
from pipeline.text.clock import VIETNAM

_ADULT = 18
_AGE = re.compile(r"[^.;\n]{0,12}?(?<![\d.,])(\d{1,2}) tuổi(?! đ)")
_CLASS = re.compile(r"[^.;\n]{0,45}?(?<!\w)lớp (?:[1-9]|1[0-2])(?![\d.,]*\d)")
_BORN = re.compile(r"[^.;\n]{0,12}?(?:sinh năm|sinh ngày [\d/-]{3,6}|sn) ?(20\d\d)")
_PUPIL = re.compile(r"(?<!\w)(?:học sinh|học trò|nam sinh|nữ sinh|hs)(?!\w)")
_CALLED = frozenset({"em", "cháu", "bé", "em học sinh", "học sinh", "nam sinh", "nữ sinh"})


def named_minor(article: ArticleText, people: Iterable[Person]) -> Mention | None:
    """The first mention that says so of anybody; None when nobody named is known to be a child.

    Age, school class and year of birth stand right after the name; a pupil is also who is called
    "em" or "cháu" in an article whose headline speaks of pupils.
    """
    folded = {part.field: part.folded for part in read_fields(article)}
    pupils = bool(_PUPIL.search(folded.get("title", ""))) and "sinh viên" not in folded["title"]
    year = article.published_at.astimezone(VIETNAM).year if article.published_at else None
    for person in people:
        for mention in person.mentions:
            after = folded[mention.field]
            age, born = _AGE.match(after, mention.end), _BORN.match(after, mention.end)
            if (
                (age and int(age[1]) < _ADULT)
                or (born and year and year - int(born[1]) < _ADULT)
                or (_CLASS.match(after, mention.end) and mention.title in _CALLED)
                or (pupils and mention.title in _CALLED)
            ):
                return mention
    return None
