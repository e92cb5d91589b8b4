"""What must be right before a digest goes out: facts in, problems out, in the language in force
(Django's gettext). It reads no clock, store or file.

``block``: nobody may send or approve. ``warn``: an editor must have signed for it. ``note``: said,
not asked. The rules come from press and data law: credit, delay after the source, children, health.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from pipeline.digest.content import EditionContent, ItemContent
from pipeline.shapes import DatePrecision, Fidelity
from pipeline.text.clock import VIETNAM
from pipeline.text.format import date_time, number
from pipeline.text.privacy import still_named

SUMMARY_WORDS = 150
"""Longer is no longer a short summary of one's own (syllables, as Vietnamese separates them)."""


class Level(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the checklist needs to know of an item besides what will be published."""

    content: ItemContent
    accepted: bool
    withdrawn: bool
    fidelity: Fidelity
    earlier: tuple[int, ...] = ()
    """Numbers of editions that already carry the story."""
    signed: frozenset[str] = frozenset()
    """Codes of warnings a person signed for."""
    initials_for: tuple[str, ...] = ()
    """Names that are published as initials only."""
    hide_schools: bool = False
    picture_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    level: Level
    code: str
    """Stable name of the rule; a warning about words carries their hash, so that a signature
    holds for those words only."""
    text: str
    item: str = ""
    """``public_id`` of the story; empty: the whole digest."""
    signed: bool = False

    @property
    def stops(self) -> bool:
        return self.level is Level.BLOCK or (self.level is Level.WARN and not self.signed)


def earliest_publication(content: ItemContent, delay: timedelta) -> datetime | None:
    """When ``content`` may appear at the soonest: ``delay`` after its source. A source that gives
    only the day counts from that day's end. None: the source's time is unknown."""
    if content.published_at is None:
        return None
    original = content.published_at
    if content.date_precision is DatePrecision.DAY:
        original = original.astimezone(VIETNAM).replace(hour=23, minute=59, second=59)
    return original + delay


def check(
    content: EditionContent,
    facts: Sequence[ItemFacts],
    *,
    delay: timedelta,
    publish_at: datetime,
) -> tuple[Problem, ...]:
    """All problems, those of the digest first, then item by item in order."""
    problems = []
    if not content.items:
        problems.append(Problem(Level.BLOCK, "empty", _("Bản tin chưa có tin nào.")))
    if not content.intro:
        problems.append(Problem(Level.NOTE, "no-intro", _("Bản tin chưa có lời dẫn.")))
    words = "\n".join((content.title, content.intro, content.closing))
    for fact in facts:
        for name in still_named(words, fact.initials_for):
            text = _("Lời bản tin còn nêu tên cần viết tắt: %s.") % name
            problems.append(Problem(Level.BLOCK, "named", text))
        for level, code, text in _of_item(fact, delay, publish_at):
            item = fact.content.public_id
            problems.append(Problem(level, code, text, item, code in fact.signed))
    return tuple(problems)


def _of_item(
    fact: ItemFacts, delay: timedelta, publish_at: datetime
) -> Iterator[tuple[Level, str, str]]:
    content = fact.content
    if not fact.accepted:
        yield Level.BLOCK, "unreviewed", _("Tin chưa được biên tập viên nhận.")
    if fact.withdrawn:
        yield Level.BLOCK, "withdrawn", _("Tin đã bị gỡ.")
    yield from _of_credit(content, delay, publish_at)
    yield from _of_summary(fact)
    if fact.picture_chosen and not content.picture:
        yield (
            Level.BLOCK,
            "photo",
            _("Báo chưa đồng ý cho dùng ảnh: chọn ảnh khác hoặc bỏ ảnh."),
        )
    if "minor" in content.flags:
        if fact.initials_for and fact.hide_schools and not content.picture:
            yield (
                Level.NOTE,
                "minor",
                _("Có trẻ em: tên đã viết tắt, không nêu trường."),
            )
        else:
            yield Level.WARN, "flag:minor", _("Có trẻ em: xem lại tên, ảnh và sự đồng ý.")
    for flag, text in (
        ("health", _("Có thông tin sức khỏe của cá nhân.")),
        ("poverty", _("Có hoàn cảnh khó khăn của cá nhân: giữ sự tôn trọng.")),
        ("syndicated", _("Tin dẫn lại của hãng khác: xem quyền sử dụng.")),
        ("hype", _("Có lời lẽ cường điệu.")),
    ):
        if flag in content.flags:
            yield Level.WARN, f"flag:{flag}", text
    if content.credit and "syndicated" not in content.flags:
        yield Level.NOTE, "credit", _("Báo ghi nguồn: %s") % content.credit
    if fact.earlier:
        numbers = ", ".join(map(str, fact.earlier))
        yield Level.WARN, "repeated", _("Tin đã có trong bản tin số %s.") % numbers


def _of_credit(
    content: ItemContent, delay: timedelta, publish_at: datetime
) -> Iterator[tuple[Level, str, str]]:
    if not content.headline:
        yield Level.BLOCK, "no-headline", _("Thiếu tiêu đề.")
    if not content.outlet:
        yield Level.BLOCK, "no-outlet", _("Thiếu tên báo.")
    if not content.url:
        yield Level.BLOCK, "no-link", _("Thiếu liên kết tới bài gốc.")
    if not content.author:
        yield Level.WARN, "no-author", _("Bài gốc không ghi tác giả: chỉ nêu tên báo.")
    earliest = earliest_publication(content, delay)
    if earliest is None:
        yield Level.BLOCK, "no-time", _("Thiếu thời gian đăng của bài gốc.")
    elif earliest > publish_at:
        minutes = number(delay / timedelta(minutes=1))
        yield (
            Level.BLOCK,
            "too-soon",
            _("Chưa đủ %(minutes)s phút sau bài gốc: sớm nhất %(time)s.")
            % {"minutes": minutes, "time": date_time(earliest)},
        )


def _of_summary(fact: ItemFacts) -> Iterator[tuple[Level, str, str]]:
    summary = fact.content.summary
    if not summary:
        yield Level.BLOCK, "no-summary", _("Thiếu tóm tắt.")
        return
    if fact.fidelity.unsupported:
        quotes = "; ".join(f"“{finding.quote}”" for finding in fact.fidelity.unsupported)
        code = "unsupported:" + hashlib.sha256(summary.encode()).hexdigest()[:16]
        yield Level.WARN, code, _("Không thấy trong bài gốc: %s") % quotes
    words = len(summary.split())
    if words > SUMMARY_WORDS:
        text = _("Tóm tắt dài %(words)s chữ; nên dưới %(limit)s.")
        yield Level.WARN, "long", text % {"words": words, "limit": SUMMARY_WORDS}
    if fact.content.machine_drafted:
        yield Level.NOTE, "machine", _("Tóm tắt do máy soạn: sẽ mang dấu “máy soạn”.")
