"""The sentences and clauses that a draft summary may be made of, and what each says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.judge.reading.sentences import Sentence, sentences
from pipeline.judge.reading.wording import tokens, word_set
from pipeline.shapes import ArticleText, Judgement
from pipeline.text.fold import fold, nfc

SHORTEST, LONGEST = 35, 60
"""Words (chữ), as Vietnamese editors count them: between blanks."""

_OPENERS = re.compile(
    r"(?:theo đó|bên cạnh đó|ngoài ra|cụ thể|được biết|đặc biệt|đáng chú ý|không chỉ vậy|có thể nói"
    r"|thực tế|trên thực tế|hơn thế nữa|đồng thời|vì vậy|vì thế|do đó|cũng theo đó|trong đó"
    r"|không những vậy|nhờ đó|nhờ vậy|từ đó|qua đó|dịp này|chưa hết|song song đó|mới đây|trước đó"
    r"|hơn hết|nói về điều này|như vậy|sau đó|đến nay thì|vậy là|ngay sau đó|cùng với đó"
    r"|chính vì (?:vậy|thế)|trước (?:tình hình|thực tế|thực trạng) (?:đó|này|ấy|trên)"
    r"|song song với đó|với suy nghĩ (?:đó|ấy)|không dừng lại ở đó)\s*,\s*(?=\S)"
)
_DATELINE = re.compile(r"(?:\([A-ZĐ][^()\n]{1,40}\)|[A-ZĐ][\w.]{1,14})\s*[-–—]\s+(?=[A-ZÀ-Ỹ“\"])")
_THAT_DAY = re.compile(
    r"(?:(?:sáng|trưa|chiều|tối|đêm|hôm) (?:nay|qua)"
    r"|(?:trong )?(?:những ngày|thời gian|tuần|tháng) (?:qua|gần đây))\s*,\s*(?=\S)"
)
"""Read a week later it would name another day."""
_TAIL = re.compile(
    r"(?:;|,)\s+(?=(?:với|góp phần|qua đó|từ đó|nhờ đó|nhằm|đồng thời|trong đó|để|tạo|giúp|đem lại"
    r"|mang lại|đáp ứng|xứng đáng|thể hiện|khẳng định|nên|và|vừa|hướng tới|bảo đảm|đảm bảo)\s)"
    r"|;\s+"
)
_MEANING = word_set(
    """
    không chưa chẳng nhưng tuy song trừ nếu chỉ dù mặc khó hết thiếu giảm gần hơn khoảng dự
    kiến sẽ phấn đấu có thể
    """
)
_SUBORDINATE = re.compile(
    r"(?:nếu|tuy|mặc dù|dù|vì|do|khi|nhờ|để|bởi|sau khi|trước khi|từ khi|không chỉ|không những"
    r"|với|bằng|trong khi|nhận thấy|thấy|xuất phát|trước)\s"
)
_ANAPHORA = re.compile(
    r"(?:điều (?:này|đó)|việc (?:này|đó|làm này)|đây |đó |họ |nó |từ đó|qua đó|nhờ đó|nhờ vậy"
    r"|những \w+ (?:\w+ )?(?:này|ấy|đó) |lúc (?:này|đó|ấy)|khi (?:đó|ấy)|cũng |còn |rồi |thế là"
    r"|tại đây|ở đây|tại buổi|tại lễ|phát biểu|theo (?:ông|bà|anh|chị|thượng|đại|trung|thiếu)"
    r"|cả hai|trong số đó|trước đó|sau đó|rất may|sau vài|cùng ngày|cùng lúc|hai bên|hiện tại"
    r"|vậy là|ngay sau|trước (?:tình hình|thực tế|thực trạng) (?:đó|này|ấy|trên)|chính vì"
    r"|(?:một|hai|những) \w+(?: \w+)? khác|trong khi đó|tương tự,|nếu như|(?:thời|hồi) (?:đó|ấy)"
    r"|với \w+(?: \w+){0,3} như (?:vậy|thế))"
)
_ABOVE = re.compile(r"(?<!\w)(?:nói|kể|như|nêu) trên(?!\w)")
_PRONOUN = re.compile(
    r"(?<!\w)(?<!các )(?<!những )(?<!hai )(?<!quý )(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị) "
    r"(?!con |em |chị |bà |ngoại |nội |lão |hùng |nông |dâu |rể |cả |gái |trai )(?=[a-zà-ỹđ])"
)
"""Said of whom another sentence names."""
_KIN = re.compile(r"(?:ông|bà|anh|chị|em|cô|chú|thầy|cụ|bác)\s")
_RELATIVE_TIME = re.compile(
    r"(?<!\w)(?:(?:hôm|sáng|trưa|chiều|tối|đêm) (?:nay|qua)|năm (?:ngoái|trước|kia)"
    r"|(?:tháng|tuần) (?:trước|này))(?!\w)"
)
_SETBACK = re.compile(
    r"(?<!\w)(?:trượt|thi rớt|thất bại|mất trắng|phá sản|tỷ lệ \w+(?: \w+)? chết|thua lỗ|nợ nần"
    r"|bế tắc|dang dở)(?!\w)"
)
_BACKGROUND = re.compile(r"(?<!\w)được thành lập(?!\w)|(?<!\w)(?:ra đời|có từ) (?:từ|vào|năm)")
"""What went wrong before, or when something began, is not what a summary is for."""
_CREDIT = re.compile(
    r"(?<!\w)(?:ảnh|nguồn|clip|video|đồ họa|minh họa|infographic)\s*:|\(ảnh|ảnh minh họa"
    r"|>>|xem thêm|bài và ảnh|tin, ảnh|https?://|www\."
)
_FIRST_PERSON = re.compile(r"(?<!\w)(?:tôi|chúng tôi|chúng ta|mình)(?!\w)")
_RESULT = re.compile(
    r"\d[\d.,]*\s*(?:%|(?:nghìn |ngàn |triệu |tỷ |tỉ )?(?:đồng|ha|tấn|kg|m2|hộ|người|lao động|em"
    r"|suất|căn|thành viên|con|cây|km|học sinh|triệu|tỷ|tỉ))|bằng khen|giấy khen|huân chương"
    r"|thoát nghèo|danh hiệu|trả lại|cứu (?:sống|được|người|kịp)|thu nhập"
)
_SPEECH = re.compile(r"[“\"]")
_NAMED = re.compile(
    r"(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Ee]m|[Cc]ô|[Cc]hú|[Tt]hầy|[Cc]ụ|nhân|sĩ|sỹ|viên|trưởng|úy|tá)\s"
    r"((?:[A-ZÀ-ỸĐ]\w*\s){1,3}[A-ZÀ-ỸĐ]\w*)"
)
_CALLED = re.compile(
    r"(?<!\w)(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Ee]m|[Cc]ô|[Cc]hú|[Tt]hầy|[Cc]ụ|[Bb]ác) [A-ZÀ-ỸĐ]"
    r"|[A-ZÀ-ỸĐ][\w']* [A-ZÀ-ỸĐ]\w*"
)
_UNIT_NAME = re.compile(
    r"(?:[Xx]ã|[Pp]hường|[Hh]uyện|[Tt]ỉnh|[Tt]hôn|[Bb]ản|[Ấấ]p|[Ll]àng|[Tt]hành phố|TP)"
    r"(?: [A-ZÀ-ỸĐ]\w*)+"
)
_EMPTY = word_set("của và là có được cho với tại ở trong đã các những một này đó để khi từ đến về")

Field = Literal["sapo", "text"]


@dataclass(frozen=True, slots=True)
class Piece:
    field: Field
    start: int
    end: int
    text: str
    order: int
    words: int
    content: frozenset[str]
    merit: float
    who: bool
    named: bool
    """``who``, or the person's given name with a title."""
    deed: bool
    result: bool
    place: bool
    needs_antecedent: bool
    needs_name: bool
    """Says "ông", "chị" and no name before it."""
    sentence: int
    """Pieces of one sentence exclude each other."""


def pieces(article: ArticleText, judgement: Judgement) -> Iterator[Piece]:
    """Every usable sentence of sapo and text in reading order, and what is left of it without
    an addition at its end."""
    about = _About.of(article, judgement)
    order = 0
    for name in ("sapo", "text"):
        field: Field = "sapo" if name == "sapo" else "text"
        content = nfc((article.sapo if field == "sapo" else article.text) or "")
        for sentence in sentences(content):
            order += 1
            if not _usable(sentence, field):
                continue
            for start, end in _cuts(content, sentence):
                yield about.piece(content, field, start, end, order)


def _usable(sentence: Sentence, field: Field) -> bool:
    folded = fold(sentence.text)
    if _CREDIT.search(folded) or "?" in sentence.text:
        return False
    if not sentence.finished and (field == "text" or len(sentence.text.split()) < 6):
        return False
    return len(sentence.text.split()) >= 5 and _whole(sentence.text)


def _cuts(content: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """The whole sentence, and the sentence up to where a mere addition begins."""
    start, end = sentence.start, sentence.end
    if sentence.line == 0 and (dateline := _DATELINE.match(content, start, end)):
        start = dateline.end()
    for opening in (_OPENERS, _THAT_DAY):
        if found := opening.match(fold(content[start:end])):
            start += found.end()
    yield start, end
    text = content[start:end]
    if _SUBORDINATE.match(fold(text)):
        return
    for tail in _TAIL.finditer(fold(text)):
        kept, dropped = text[: tail.start()], text[tail.end() :]
        if (
            len(kept.split()) >= 12
            and _whole(kept)
            and not {token.word for token in tokens(dropped)} & _MEANING
        ):
            yield start, start + tail.start()


def _whole(text: str) -> bool:
    return (
        text.count("“") == text.count("”")
        and text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What the summary ought to tell."""

    subjects: tuple[str, ...]
    given: tuple[str, ...]
    places: tuple[str, ...]
    title: frozenset[str]
    deeds: tuple[tuple[str, int, int], ...]
    results: tuple[tuple[str, int, int], ...]
    length: int
    names: frozenset[str]

    @classmethod
    def of(cls, article: ArticleText, judgement: Judgement) -> _About:
        subject = judgement.exemplar.subject
        names = [part.strip() for part in subject.split(", ")] if subject else []
        names = names or [*judgement.people[:2], *judgement.organisations[:1]]
        names = names or _prominent_names(article)
        subjects = tuple(fold(nfc(name)) for name in names if name)
        spans = [(e.for_, e.field, e.start, e.end) for e in judgement.evidence]
        return cls(
            subjects,
            tuple(name.split()[-1] for name in subjects if " " in name),
            tuple(fold(nfc(place.text)) for place in judgement.places if place.text),
            _content_words(nfc(article.title)),
            tuple((f, s, e) for kind, f, s, e in spans if kind == "deed"),
            tuple((f, s, e) for kind, f, s, e in spans if kind in ("result", "award")),
            max(1, len(article.text)),
            frozenset(word for subject in subjects for word in subject.split()),
        )

    def piece(self, content: str, field: Field, start: int, end: int, order: int) -> Piece:
        text = content[start:end]
        folded = fold(text)
        words = len(text.split())
        found = _content_words(text) - self.names
        full = any(subject in folded for subject in self.subjects)
        short = any(
            re.search(rf"(?:ông|bà|anh|chị|em|cô|chú|thầy|cụ|bác)\s+{re.escape(name)}\b", folded)
            for name in self.given
        )
        deed = _touches(self.deeds, field, start, end)
        result = _touches(self.results, field, start, end) or bool(_RESULT.search(folded))
        place = any(name in folded for name in self.places) or bool(
            re.search(r"(?<!\w)(?:xã|phường|huyện|tỉnh|thôn|bản|thành phố|tp\.?)\s+\S", folded)
        )
        merit = 2.0 * full + 1.0 * short + 1.5 * deed + 1.5 * result + 0.7 * place
        merit += 4.0 * len(found & self.title) / max(1, len(self.title))
        merit += 1.5 if field == "sapo" else max(0.0, 1.0 - 2 * start / self.length)
        merit -= 2.0 * bool(_FIRST_PERSON.search(folded)) + 1.0 * bool(_SPEECH.search(text))
        merit -= 3.0 * bool(_RELATIVE_TIME.search(folded)) + 0.5 * text.endswith("…")
        merit -= 2.0 * (words > LONGEST) + 0.6 * (words < 10) + 2.0 * text.endswith(":")
        merit -= 1.5 * bool(_SETBACK.search(folded)) + 1.5 * bool(_BACKGROUND.search(folded))
        merit -= 2.0 * text.startswith(("“", '"'))
        pronoun = _PRONOUN.search(text)
        before = _UNIT_NAME.sub("", text[: pronoun.start()]) if pronoun else ""
        unnamed = pronoun is not None and not _CALLED.search(before)
        kin_start = bool(_KIN.match(folded)) and not full
        return Piece(
            field, start, end, text, order, words, found, merit,
            full, full or short, deed, result, place,
            bool(_ANAPHORA.match(folded) or _ABOVE.search(folded)) or (kin_start and not short),
            unnamed, order,
        )  # fmt: skip


def _prominent_names(article: ArticleText) -> list[str]:
    """The full names that headline and text mention most, when nobody has named a subject."""
    text = nfc("\n".join(part for part in (article.sapo, article.text) if part))
    title = _content_words(nfc(article.title))
    counts = Counter(match[1] for match in _NAMED.finditer(text))
    weights = {
        name: seen + text.count(f" {name.split()[-1]} ") + 5 * (fold(name.split()[-1]) in title)
        for name, seen in counts.items()
    }
    return sorted(weights, key=lambda name: (-weights[name], text.find(name)))[:1]


def _touches(spans: Sequence[tuple[str, int, int]], field: str, start: int, end: int) -> bool:
    return any(name == field and start <= first and last <= end for name, first, last in spans)


def _content_words(text: str) -> frozenset[str]:
    return frozenset(
        token.word for token in tokens(text) if token.is_word and token.word not in _EMPTY
    )
