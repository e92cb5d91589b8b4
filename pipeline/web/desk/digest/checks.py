"""The checklist as a list: every rule that is held, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.digest.checklist import Level, Problem

RULES = (
    (gettext_lazy("Có tin, tin nào cũng đã được nhận"), ("empty", "unreviewed", "withdrawn")),
    (
        gettext_lazy("Tóm tắt chỉ nói điều bài gốc có"),
        ("unsupported", "no-summary", "long"),
    ),
    (
        gettext_lazy("Ghi đủ báo, tác giả, giờ đăng, liên kết"),
        ("no-outlet", "no-author", "no-time", "no-link", "no-headline"),
    ),
    (gettext_lazy("Đủ thời gian chờ sau bài gốc"), ("too-soon",)),
    (
        gettext_lazy("Trẻ em, sức khỏe, hoàn cảnh riêng"),
        ("flag:minor", "flag:health", "flag:poverty", "named"),
    ),
    (gettext_lazy("Quyền dùng ảnh"), ("photo",)),
    (gettext_lazy("Quyền dùng tin dẫn lại"), ("flag:syndicated",)),
    (gettext_lazy("Không trùng bản tin trước"), ("repeated",)),
    (gettext_lazy("Không cường điệu"), ("flag:hype",)),
)


@dataclass(frozen=True, slots=True)
class Row:
    words: str
    state: Literal["green", "signed", "red"]
    problems: tuple[Problem, ...]


def checklist_rows(problems: Sequence[Problem]) -> list[Row]:
    """One row a rule, and one for problems of no rule above; notes are not asked for."""
    asked = [problem for problem in problems if problem.level is not Level.NOTE]
    rows, seen = [], set()
    for words, codes in RULES:
        under = tuple(problem for problem in asked if _is_of(problem, codes))
        seen |= set(map(id, under))
        rows.append(_row(str(words), under))
    rest = tuple(problem for problem in asked if id(problem) not in seen)
    return [*rows, _row(_("Điều khác"), rest)] if rest else rows


def _row(words: str, problems: tuple[Problem, ...]) -> Row:
    if any(problem.stops for problem in problems):
        return Row(words, "red", problems)
    return Row(words, "signed" if problems else "green", problems)


def _is_of(problem: Problem, codes: Sequence[str]) -> bool:
    return problem.code in codes or problem.code.partition(":")[0] in codes
