"""Where what is made of a year's stories is kept."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.config.home import Home


class YearFiles(NamedTuple):
    yearbook: Path
    quiz_sheet: Path
    quiz_gift: Path


def files_of(home: Home, year: int) -> YearFiles:
    books, quizzes = home.output_dir / "yearbook", home.output_dir / "quiz"
    return YearFiles(books / f"{year}.pdf", quizzes / f"{year}.xlsx", quizzes / f"{year}.gift")
