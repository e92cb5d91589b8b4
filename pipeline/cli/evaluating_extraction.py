"""``guongsang evaluate extract``: titles, dates and bodies against labelled pages.

Each line: ``{"file" or "html", "url", "title", "published_at" or "time", "text"?}``; a file is
relative to the labelled file. A time may be ISO or day first; without a clock only the day counts.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli import WorkFailed
from pipeline.extract import NotAnArticle
from pipeline.extract import extract as extract_page
from pipeline.shapes import DatePrecision, ExtractedArticle
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.text.dates import FoundDate, parse_stamp
from pipeline.text.fold import fold, nfc

_CHROME = re.compile(
    r"^(?:chia sẻ|bình luận|đọc thêm|xem thêm|tin (?:liên quan|mới|khác|cùng)|bài liên quan"
    r"|từ khóa|tags?\b|hotline|đường dây nóng|giấy phép|bản quyền|©|copyright|cách đây \d"
    r"|\d+ (?:giờ|phút|ngày) trước|theo dõi|quay lại|lên đầu|in (?:bài|trang)|gửi (?:bài|phản hồi)"
    r"|có thể bạn quan tâm|trang chủ|đăng nhập|quảng cáo)",
    re.IGNORECASE,
)


@dataclass
class Scores:
    """Counts and means over the labelled pages."""

    pages: int = 0
    refused: int = 0
    titles_right: int = 0
    minutes_labelled: int = 0
    minutes_right: int = 0
    days_labelled: int = 0
    days_right: int = 0
    bodies_labelled: int = 0
    body_f1: float = 0.0
    with_chrome: int = 0
    empty_bodies: int = 0
    pages_per_second: float = 0.0
    wrong: list[dict[str, Any]] = field(default_factory=list)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--wrong", is_flag=True, help="List the pages that came out wrong.")
def extract(file: Path, as_json: bool, wrong: bool) -> None:
    """Score extraction on the labelled pages in FILE (JSON Lines)."""
    scores = score(_labels(file), file.parent, now=utc_now())
    if not scores.pages:
        raise WorkFailed(f"{file}: no labelled page")
    if as_json:
        figures = asdict(scores) if wrong else asdict(scores) | {"wrong": len(scores.wrong)}
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    click.echo(f"pages          {scores.pages} ({scores.pages_per_second:.0f} a second)")
    click.echo(f"refused        {scores.refused}")
    click.echo(f"title exact    {_share(scores.titles_right, scores.pages)}")
    click.echo(f"minute exact   {_share(scores.minutes_right, scores.minutes_labelled)}")
    click.echo(
        f"day exact      {_share(scores.days_right, scores.days_labelled)} (day-only labels)"
    )
    if scores.bodies_labelled:
        click.echo(f"body F1        {scores.body_f1:.4f} ({scores.bodies_labelled} bodies)")
    click.echo(f"with chrome    {scores.with_chrome}")
    click.echo(f"empty bodies   {scores.empty_bodies}")
    for page in scores.wrong if wrong else ():
        click.echo(json.dumps(page, ensure_ascii=False))


def score(labels: Iterable[Mapping[str, Any]], folder: Path, *, now: datetime) -> Scores:
    """Extract every labelled page and compare; ``folder`` is what ``file`` is relative to."""
    scores = Scores()
    f1_sum = seconds = 0.0
    for label in labels:
        scores.pages += 1
        wanted = _wanted_date(label, now)
        scores.minutes_labelled += wanted is not None and wanted.precision is DatePrecision.MINUTE
        scores.days_labelled += wanted is not None and wanted.precision is DatePrecision.DAY
        body, headers = _body(label, folder)
        start = time.perf_counter()
        try:
            article = extract_page(body, url=label["url"], headers=headers, now=now)
        except NotAnArticle as error:
            scores.refused += 1
            scores.wrong.append({"page": _name(label), "refused": str(error)})
            continue
        finally:
            seconds += time.perf_counter() - start
        faults: dict[str, Any] = {}
        if _same(article.title, label["title"]):
            scores.titles_right += 1
        else:
            faults["title"] = [article.title, label["title"]]
        if wanted:
            _score_date(scores, faults, article, wanted)
        if label.get("text"):
            scores.bodies_labelled += 1
            f1 = body_f1(article.text, label["text"])
            f1_sum += f1
            if f1 < 0.95:
                faults["body_f1"] = round(f1, 3)
        if chrome := chrome_lines(article.paragraphs, label.get("text")):
            scores.with_chrome += 1
            faults["chrome"] = chrome
        scores.empty_bodies += not article.paragraphs
        if faults:
            scores.wrong.append({"page": _name(label), **faults})
    scores.body_f1 = f1_sum / scores.bodies_labelled if scores.bodies_labelled else 0.0
    scores.pages_per_second = scores.pages / seconds if seconds else 0.0
    return scores


def body_f1(got: str, wanted: str) -> float:
    """F1 of the runs of four words, counted, as in the public article-extraction-benchmark."""
    ours, theirs = _shingles(got), _shingles(wanted)
    common = sum((ours & theirs).values())
    total = sum(ours.values()) + sum(theirs.values())
    return 2 * common / total if total else 1.0


def chrome_lines(paragraphs: Iterable[str], wanted: str | None) -> list[str]:
    """Lines of the page around the article: by their wording, and against the true text if known.

    A line is foreign when fewer than half of its words stand in the true text.
    """
    known = set(_words(wanted)) if wanted else None
    found = []
    for line in paragraphs:
        words = _words(line)
        foreign = known is not None and words and sum(w in known for w in words) < len(words) / 2
        if foreign or (len(words) < 15 and _CHROME.match(line) and not _same_part(line, wanted)):
            found.append(line)
    return found


def _wanted_date(label: Mapping[str, Any], now: datetime) -> FoundDate | None:
    text = label.get("published_at") or label.get("time")
    return parse_stamp(text, now=now) if text else None


def _score_date(
    scores: Scores, faults: dict[str, Any], article: ExtractedArticle, wanted: FoundDate
) -> None:
    got = article.published_at
    if wanted.precision is DatePrecision.DAY:
        right = got is not None and _local(got).date() == _local(wanted.at).date()
        scores.days_right += right
    else:
        right = (
            got is not None
            and article.date_precision is DatePrecision.MINUTE
            and got.replace(second=0, microsecond=0) == wanted.at.replace(second=0, microsecond=0)
        )
        scores.minutes_right += right
    if not right:
        said = got and _local(got).isoformat()
        faults["date"] = [said, _local(wanted.at).isoformat(), article.date_reason]


def _labels(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            label = json.loads(line)
        except ValueError as error:
            raise WorkFailed(f"{file}:{number}: not JSON: {error}") from None
        missing = [key for key in ("url", "title") if not isinstance(label.get(key), str)]
        if missing or not (label.get("file") or label.get("html")):
            needed = ", ".join(missing or ["file or html"])
            raise WorkFailed(f"{file}:{number}: needs {needed}")
        yield label


def _body(label: Mapping[str, Any], folder: Path) -> tuple[bytes, dict[str, str] | None]:
    if label.get("file"):
        try:
            return (folder / label["file"]).read_bytes(), label.get("headers")
        except OSError as error:
            raise WorkFailed(f"{label['file']}: {error.strerror}") from None
    return label["html"].encode(), {"Content-Type": "text/html; charset=utf-8"}


def _words(text: str | None) -> list[str]:
    return re.findall(r"\w+", fold(nfc(text or "")))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _words(text)
    size = min(4, max(1, len(words)))
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def _same(got: str, wanted: str) -> bool:
    return nfc(" ".join(got.split())) == nfc(" ".join(wanted.split()))


def _same_part(line: str, wanted: str | None) -> bool:
    return wanted is not None and " ".join(line.split()) in " ".join(nfc(wanted).split())


def _local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)


def _name(label: Mapping[str, Any]) -> str:
    return str(label.get("file") or label["url"])


def _share(right: int, total: int) -> str:
    return f"{right}/{total} = {right / total:.1%}" if total else "no labels"
