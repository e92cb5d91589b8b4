"""What is made of a year's stories: the yearbook and the questions of a contest."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from pipeline.cli import cli
from pipeline.config.home import Home
from pipeline.publish.outbox import publish_due
from pipeline.publish.paper import quiz, yearbook
from pipeline.publish.site.entries import Entry
from pipeline.text.alphabet import alphabetical, by_given_name
from tests.factories import NOW
from tests.publishing import OFFICE, approved_edition, item

PEOPLE = ("Lò Thị Mây", "Giàng A Ánh", "Nguyễn Văn Đức", "Trần Thị Dung", "Phạm Ân")
STORIES = [
    item(
        place,
        subject=name,
        headline=f"Việc nhỏ của {name}",
        commune=f"Xã {place}",
        sector_name=["Y tế", "Giáo dục"][place % 2],
        summary=f"{name} đã giúp {40 + place} học sinh từ năm 2019. Bà con quý mến.",
    )
    for place, name in enumerate(PEOPLE, 1)
]
ENTRIES = [Entry(each, 1, NOW, NOW) for each in STORIES]


def test_the_alphabet_is_vietnams() -> None:
    words = ["đá", "dừa", "ăn", "an", "ân", "ạn", "àn", "Ơn", "on", "ôn"]
    assert sorted(words, key=alphabetical) == [
        *("an", "àn", "ạn", "ăn", "ân", "dừa", "đá", "on", "ôn", "Ơn"),
    ]
    assert sorted(PEOPLE, key=by_given_name) == [
        *("Giàng A Ánh", "Phạm Ân", "Trần Thị Dung", "Nguyễn Văn Đức", "Lò Thị Mây"),
    ]


def test_numbers_are_in_order_of_their_value() -> None:
    communes = ["Phường An", "Phường 10", "Phường 2", "Phường"]
    assert sorted(communes, key=alphabetical) == ["Phường", "Phường 2", "Phường 10", "Phường An"]


def test_a_yearbook_has_chapters_and_indexes() -> None:
    data = yearbook.data(yearbook.of_year(ENTRIES, 2026), 2026, OFFICE)
    assert [(each["name"], len(each["stories"])) for each in data["chapters"]] == [
        ("Giáo dục", 3),
        ("Y tế", 2),
    ]
    assert data["indexes"][0]["entries"] == sorted(PEOPLE, key=by_given_name)
    made = yearbook.yearbook(ENTRIES, 2026, OFFICE, NOW)
    assert made.startswith(b"%PDF")
    assert made == yearbook.yearbook(ENTRIES, 2026, OFFICE, NOW)


def test_a_year_is_vietnams_and_not_empty() -> None:
    new_year = datetime(2026, 12, 31, 18, tzinfo=UTC)  # already 2027 in Hà Nội
    assert yearbook.of_year([Entry(STORIES[0], 1, new_year, new_year)], 2026) == []
    with pytest.raises(ValueError, match="2025"):
        yearbook.yearbook(ENTRIES, 2025, OFFICE, NOW)


def test_every_answer_stands_in_its_source() -> None:
    asked = quiz.questions(STORIES)
    assert {question.item.public_id for question in asked} == {each.public_id for each in STORIES}
    assert len(asked) == 3 * len(STORIES)
    for question in asked:
        right = question.options[question.right]
        assert len(set(question.options)) == quiz.OPTIONS
        assert question.ground.lower() in question.item.summary.lower()
        assert right in (question.item.subject, question.item.place) or right in question.ground
        assert right not in question.text.replace(question.item.headline, "")
    assert asked == quiz.questions(STORIES)
    assert not any("2019" in option for question in asked for option in question.options)


def test_too_few_stories_make_no_guesswork() -> None:
    kinds = {question.text.split(":")[0] for question in quiz.questions(STORIES[:2])}
    assert kinds == {"Điền con số đúng"}


def test_gift_escapes_what_means_something_there() -> None:
    nasty = item(summary="Chị {Mây} = 45 ~ tấn # một năm. Xem: a\\b", subject="")
    text = quiz.gift(quiz.questions([nasty]))
    inside = text[text.index(" {\n") + 3 : text.rindex("}")]
    assert len(re.findall(r"(?m)^=", inside)) == 1
    assert len(re.findall(r"(?m)^~", inside)) == quiz.OPTIONS - 1
    assert r"\{Mây\} \= " in text
    assert "https\\://" in text


def test_the_table_has_answers_and_sources() -> None:
    page = load_workbook(BytesIO(quiz.sheet(quiz.questions(STORIES), OFFICE))).active
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == quiz.COLUMNS
    for row in rows[1:]:
        assert row[6] in "ABCD"
        assert "Báo Nậm Hẻn" in row[8]
        assert row[9].startswith("https://baonamhen.example.vn/")


@pytest.mark.django_db
def test_both_commands_write_their_files(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    settings.HOME = Home(tmp_path)  # type: ignore[attr-defined]
    (tmp_path / "office.yaml").write_text(
        "name: Tổ Gương sáng\nprovince: Lào Cai\ncontact: to@namhen.example.vn\n"
    )
    empty = CliRunner().invoke(cli, ["yearbook", "2026"])
    assert (empty.exit_code, "chưa có gương" in empty.output) == (1, True)
    approved_edition(5)
    publish_due(office=OFFICE, home=Home(tmp_path), now=NOW, channel="portal")
    for command, names in (("yearbook", ["2026.pdf"]), ("quiz", ["2026.gift", "2026.xlsx"])):
        result = CliRunner().invoke(cli, [command, "2026"])
        assert result.exit_code == 0, result.output
        assert sorted(each.name for each in (tmp_path / "output" / command).iterdir()) == names
