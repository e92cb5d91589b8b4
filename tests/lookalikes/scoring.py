"""How an extracted article compares with what a reader sees on a look-alike page, field by field.

``python -m tests.lookalikes.scoring`` prints the share of pages on which each field is right and
every field that is not.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from datetime import date, datetime

from pipeline.cli.evaluating_extraction import body_f1
from pipeline.extract import NotAnArticle, extract
from pipeline.shapes import DatePrecision, ExtractedArticle
from tests.lookalikes import LOCAL, NOW, LookAlike, crossed, look_alikes

_MARK = re.compile(r"^\(\w{2,6}\) - ")
"""The outlet's mark before an introduction, which extraction takes away on purpose."""


def faults(page: LookAlike, article: ExtractedArticle) -> dict[str, str]:
    """What is wrong, by field; ``body`` is compared by its words, all else as written."""
    wrong: dict[str, str] = {}

    def check(name: str, is_right: bool, got: object, wanted: object) -> None:
        if not is_right:
            wrong[name] = f"{got!r}, not {wanted!r}"

    check("title", article.title == page.title, article.title, page.title)
    sapo = _MARK.sub("", page.sapo) if page.sapo else None
    check("sapo", article.sapo == sapo, article.sapo, sapo)
    score = body_f1(article.text, text_of(page))
    check("body", score >= 0.995, f"F1 {score:.3f} {article.text}", text_of(page))
    check("published", _same_time(article, page.published), _shown(article), page.published)
    check("modified", article.modified_at == _later(page), article.modified_at, _later(page))
    check("author", _names(article.author) == _names(page.author), article.author, page.author)
    credit = article.credit or ""
    named = page.credit in credit if page.credit else not credit
    check("credit", named, article.credit, page.credit)
    check("syndicated", article.syndicated == page.syndicated, article.syndicated, page.syndicated)
    check("language", article.language == page.language, article.language, page.language)
    check("tags", set(article.tags) == set(page.tags), article.tags, page.tags)
    told = [_bare(caption) for caption in article.captions]
    wanted = [_bare(caption) for caption in page.captions]
    fits = len(told) == len(wanted) and all(
        one.startswith(other) for one, other in zip(told, wanted, strict=True)
    )
    check("captions", fits, article.captions, page.captions)
    if page.image:
        image = article.image
        check("image", image is not None and _file(image.url) == _file(page.image), image, page)
        check(
            "caption",
            image is not None and image.caption == page.captions[0],
            image and image.caption,
            page.captions[0],
        )
        credited = image is not None and _names(image.credit) == _names(page.image_credit)
        check("image credit", credited, image and image.credit, page.image_credit)
    fields = [article.title, article.sapo or "", article.text, article.author or ""]
    leaks = [mark for mark in page.chrome if any(_holds(text, mark) for text in fields)]
    check("chrome", not leaks, leaks, [])
    return wrong


def text_of(page: LookAlike) -> str:
    """The text; of a photo story without any, its captions."""
    return "\n".join(page.paragraphs or page.captions)


def read(page: LookAlike) -> ExtractedArticle:
    return extract(page.html.encode(), url=page.url, now=NOW)


def _holds(text: str, mark: str) -> bool:
    return text.startswith(mark) or f"\n{mark}" in text or (len(mark) > 15 and mark in text)


def _same_time(article: ExtractedArticle, wanted: datetime | date | None) -> bool:
    at = article.published_at
    if wanted is None or at is None:
        return at is None and wanted is None
    if isinstance(wanted, datetime):
        minute = article.date_precision is DatePrecision.MINUTE
        return minute and at.replace(second=0) == wanted.replace(second=0)
    return article.date_precision is DatePrecision.DAY and at.astimezone(LOCAL).date() == wanted


def _shown(article: ExtractedArticle) -> str:
    at = article.published_at.astimezone(LOCAL) if article.published_at else None
    return f"{at} {article.date_precision} {article.date_reason}"


def _later(page: LookAlike) -> datetime | None:
    """A change is one only after the publication."""
    return page.modified if page.modified != page.published else None


def _names(text: str | None) -> set[str]:
    return {name.strip().casefold() for name in re.split(r"\s+[-–]\s+|,", text or "") if name}


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _file(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def main() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    pages, scores = [*look_alikes(), *crossed()], []
    for page in pages:
        try:
            article = read(page)
        except NotAnArticle as error:
            found["article"].append(f"{page.id}: {error}")
            continue
        scores.append(body_f1(article.text, text_of(page)))
        for name, fault in faults(page, article).items():
            found[name].append(f"{page.id}: {fault}")
    for name, lines in sorted(found.items()):
        sys.stdout.write(f"\n== {name}: right on {len(pages) - len(lines)} of {len(pages)}\n")
        sys.stdout.writelines(f"   {line[:600]}\n" for line in lines)
    sys.stdout.write(f"\nbody F1 {sum(scores) / len(pages):.3f}\n")


if __name__ == "__main__":
    main()
