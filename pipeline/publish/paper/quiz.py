"""Questions for a contest, made from published stories, each with its answer's sentence and source.

Three kinds, all cut out of the approved words: who, where, how many. Wrong answers are names and
places of other stories, or other figures of the same size. Made by rule: a person reads them over
before a contest.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from pipeline.config.office import Office
from pipeline.digest.content import ItemContent
from pipeline.publish import links
from pipeline.publish.channels.brief import figures
from pipeline.text.fit import sentences
from pipeline.text.format import date, number
from pipeline.text.spreadsheet import safe_cell

OPTIONS = 4
BLANK = "……"
COLUMNS = (
    "STT",
    "Câu hỏi",
    "A",
    "B",
    "C",
    "D",
    "Đáp án",
    "Căn cứ",
    "Nguồn",
    "Bài gốc",
    "Trang tin",
)
_PLAIN = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:\.\d{3})*(?![\w/:%-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    options: tuple[str, ...]
    right: int
    """Place in ``options``."""
    ground: str
    """The sentence of the summary that answers it."""
    item: ItemContent


def questions(items: Sequence[ItemContent]) -> list[Question]:
    """The same items give the same questions."""
    names = sorted({item.subject for item in items} - {""})
    places = sorted({item.place for item in items} - {""})
    return [made for item in items for made in _of(item, names, places)]


def _of(item: ItemContent, names: Sequence[str], places: Sequence[str]) -> Iterator[Question]:
    chance = random.Random(item.public_id)  # noqa: S311 - nothing secret
    told = sentences(item.summary)
    naming = next((each for each in told if item.subject and item.subject in each), "")
    if naming:
        text = f"Ai được nói đến trong câu: “{naming.replace(item.subject, BLANK)}”?"
        yield from _asked(text, item.subject, names, naming, item, chance)
    if item.place and told:
        text = f"Câu chuyện “{item.headline}” diễn ra ở đâu?"
        if item.commune not in item.headline:
            yield from _asked(text, item.place, places, told[0], item, chance)
    for cutting in figures([item]):
        found = _PLAIN.search(cutting.words)
        if found is None or int(found[0].replace(".", "")) < OPTIONS:
            continue
        blanked = cutting.words[: found.start()] + BLANK + cutting.words[found.end() :]
        others = _near(int(found[0].replace(".", "")), chance)
        text = f"Điền con số đúng: “{blanked}”."
        yield from _asked(text, found[0], others, cutting.words, item, chance)
        break


def _asked(
    text: str,
    right: str,
    others: Sequence[str],
    ground: str,
    item: ItemContent,
    chance: random.Random,
) -> Iterator[Question]:
    """Nothing when there are not enough wrong answers."""
    wrong = [each for each in others if each != right]
    if len(wrong) >= OPTIONS - 1:
        options = [right, *chance.sample(wrong, OPTIONS - 1)]
        chance.shuffle(options)
        yield Question(text, tuple(options), options.index(right), ground, item)


def _near(value: int, chance: random.Random) -> list[str]:
    """Figures of about the same size, none the same."""
    step = max(1, value // 10)
    near = {value + step * each for each in (-3, -2, -1, 1, 2, 3, 4)} - {value}
    return [number(each) for each in sorted(chance.sample(sorted(near), 5)) if each > 0]


def gift(asked: Iterable[Question]) -> str:
    """In Moodle's GIFT format, which learning platforms read."""
    return "\n\n".join(map(_gift, asked)) + "\n"


def _gift(question: Question) -> str:
    lines = [f"{_escaped(question.text)} {{"]
    for place, option in enumerate(question.options):
        lines.append(f"{'=' if place == question.right else '~'}{_escaped(option)}")
    lines.append(
        f"####{_escaped(f'{question.ground} ({source(question.item)}) {question.item.url}')}"
    )
    return "\n".join([*lines, "}"])


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", " ".join(text.split()))


def source(item: ItemContent) -> str:
    return ", ".join(filter(None, (item.outlet, item.author, date(item.published_at))))


def sheet(asked: Iterable[Question], office: Office) -> bytes:
    """As an .xlsx file, a question a row."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    page = book.active
    page.title = "Câu hỏi"
    page.append(list(COLUMNS))
    for place, question in enumerate(asked, 1):
        item = question.item
        answer = "ABCD"[question.right]
        told = (*question.options, answer, question.ground, source(item), item.url)
        page.append(
            [place, *map(safe_cell, (question.text, *told)), links.story(office, item.public_id)]
        )
    for column, width in zip(
        "ABCDEFGHIJK", (5, 60, 24, 24, 24, 24, 8, 60, 30, 40, 40), strict=True
    ):
        page.column_dimensions[column].width = width
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.row == 1:
                cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
