"""Years of a newsroom, invented: stories with their articles, judgements, tags, places and what
people decided, written in bulk into SQLite or PostgreSQL. Names, outlets and texts are fictional.

Of 100 stories 85 are nothing; of the others a fifth waits, the rest is accepted, rejected or held.
Three in ten are told by two to five outlets. A week has a digest of ten stories.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Model, UUIDField

from pipeline.group import subject_key
from pipeline.store import searching
from pipeline.store.models import (
    Article,
    Delivery,
    Digest,
    DigestItem,
    Edition,
    Exemplar,
    JudgementRecord,
    PublishedLink,
    SourceState,
    Story,
    StoryPlace,
    StoryTag,
    User,
)
from pipeline.text.clock import VIETNAM, iso_week
from pipeline.text.fold import search_words

T = TypeVar("T")
YEARS = 5
"""Over which stories are spread."""
CHUNK = 2_000
"""Stories made and written at a time."""
PER_DIGEST = 10
GROWING = (Story, Article, JudgementRecord, StoryTag, StoryPlace, Exemplar)
OUTLETS = [f"bao-{number:02}" for number in range(60)]
FAMILIES = str.split("Lò Vàng Giàng Lý Hoàng Nông Đặng Phàn Sùng Thào Trần Nguyễn")
MIDDLE = str.split("Thị Văn Seo A Láo Minh Hồng Quang Thanh Đức Kim Ngọc Xuân Thu Hải")
GIVEN = str.split(
    "Mây Páo Dín Chẩn Hoa Lan Sơn Tủa Dương Phúc Bình Nga Hạnh Cường Dũng Mai Pằng Sài Chư Vảng"
    " Tả Mỷ Súa Nhè Lử Phử Giống Diu Thắng Hiền Liên Khé Đông Thủy Hòa Quý Lợi Tình Vinh Ước"
)
DEEDS = (
    "dạy nghề dệt thổ cẩm cho phụ nữ trong thôn",
    "lập hợp tác xã nuôi lợn đen, giúp các hộ nghèo",
    "hiến đất làm đường vào bản Đồng Tâm",
    "cứu hai cháu nhỏ khỏi dòng nước lũ",
    "nhường suất cơm trưa cho học trò vùng cao",
    "vận động bà con xây dựng nông thôn mới",
    "khám bệnh miễn phí cho người già neo đơn",
)
FLAGS = ("hype", "minor", "health", "death", "advert")


@dataclass(frozen=True, slots=True)
class Scale:
    stories: int
    """A multiple of ``pattern``."""
    pattern: int
    """Stories made one by one; the others are these again."""
    now: datetime
    sectors: Sequence[str]
    campaigns: Sequence[str]
    places: Sequence[tuple[str, str]]
    """Commune and province, the office's own first."""


def fill(scale: Scale, editor: User, chief: User) -> None:
    """Write the newsroom; the full-text index is made once, at the end."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Rows are right by construction: no trigger has to look up their foreign keys.
            cursor.execute("set session_replication_role = replica")
            cursor.execute("set synchronous_commit = off")
            cursor.execute("set maintenance_work_mem = '1GB'")
            # What is copied need not be cut into words again; nothing is written to it later.
            cursor.execute("alter table store_story alter column search_terms drop expression")
        else:
            for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-400000"):
                cursor.execute(f"pragma {pragma}")
            cursor.execute("drop table store_story_words")
            for event in ("insert", "delete", "update"):
                cursor.execute(f"drop trigger store_story_words_{event}")
            cursor.execute("pragma foreign_keys=off")
        accepted: dict[str, list[int]] = defaultdict(list)
        waiting = _put_indexes_off(cursor)
        made = _Maker(scale, editor, random.Random(7), accepted)
        for first in range(1, scale.pattern + 1, CHUNK):
            for model, rows in made.chunk(first, min(first + CHUNK, scale.pattern + 1)).items():
                _write(cursor, model, rows)
        if connection.vendor == "postgresql":
            cursor.execute(f"update store_story set search_terms = {searching.POSTGRES_TERMS}")
        _multiply(cursor, scale)
        for index in waiting:
            cursor.execute(index)
        for model, rows in _digests(scale, accepted, editor, chief).items():
            _write(cursor, model, rows)
        _write(cursor, SourceState, [{"key": key} for key in OUTLETS])
        if connection.vendor == "postgresql":
            for model in (*GROWING, Digest, DigestItem, Edition, Delivery, PublishedLink):
                table = model._meta.db_table
                cursor.execute(
                    f"select setval(pg_get_serial_sequence('{table}', 'id'),"
                    f" coalesce(max(id), 1)) from {table}"
                )
            cursor.execute("set session_replication_role = origin")
    searching.install()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("vacuum analyze")
        else:
            cursor.execute("analyze")
            cursor.execute("pragma journal_mode=wal")


class _Maker:
    def __init__(
        self, scale: Scale, editor: User, rng: random.Random, accepted: dict[str, list[int]]
    ) -> None:
        self.scale = scale
        self.editor = editor
        self.rng = rng
        self.accepted = accepted
        """Accepted stories by the week they were decided in; filled as they are made."""
        self.paragraphs = [_wording(rng, 400) for _ in range(600)]
        self.folded = [search_words(text) for text in self.paragraphs]
        self.names = [f"{a} {b} {c}" for a in FAMILIES for b in MIDDLE for c in GIVEN]
        self.keys = [subject_key(name) for name in self.names]
        self.ids = dict.fromkeys((Article, StoryTag, StoryPlace, Exemplar), 0)

    def next_id(self, model: type[Model]) -> int:
        self.ids[model] += 1
        return self.ids[model]

    def chunk(self, first: int, after: int) -> dict[type[Model], list[dict[str, Any]]]:
        rows: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
        for number in range(first, after):
            self.story(number, rows)
        return rows

    def story(self, number: int, rows: dict[type[Model], list[dict[str, Any]]]) -> None:
        rng, scale = self.rng, self.scale
        found = scale.now - timedelta(days=365 * YEARS) * (1 - number / scale.pattern)
        published = found - timedelta(minutes=rng.randrange(10, 600))
        likely = rng.random() < 0.15
        label = rng.choice(("yes", "maybe")) if likely else "no"
        status = rng.choices(("new", "accepted", "rejected", "held"), (20, 35, 42, 3))[0]
        status = status if likely else "new"
        decided = found + timedelta(hours=rng.randrange(1, 72)) if status != "new" else None
        name = rng.randrange(len(self.names))
        subject = self.names[name] if likely else ""
        commune, province = _zipf(rng, scale.places)
        deed = rng.choice(DEEDS)
        told = f"{self.names[name]} ở {commune} {deed}, đến nay {rng.randrange(2, 400)} hộ làm theo"
        sources = list(
            dict.fromkeys(_zipf(rng, OUTLETS) for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 5))))
        )
        lead = self.ids[Article] + 1
        searched = [search_words(told)]
        for source in sources:
            key = self.next_id(Article)
            paragraphs = [rng.randrange(len(self.paragraphs)) for _ in range(2)]
            text = "\n".join([f"{told}.", *(self.paragraphs[each] for each in paragraphs)])
            searched += [self.folded[each] for each in paragraphs]
            rows[Article].append(
                {
                    "id": key,
                    "story_id": number,
                    "source": source,
                    "url": f"https://{source}.example/{key}.html",
                    "canonical_url": f"https://{source}.example/{key}.html",
                    "content_hash": f"{key:064x}",
                    "title": told,
                    "text": text,
                    "published_at": published,
                    "found_at": found,
                    "updated_at": found,
                    "date_precision": "minute",
                    "extractor": "selectors",
                }
            )
            rows[JudgementRecord].append(
                {
                    "id": key,
                    "article_id": key,
                    "label": label,
                    "score": 0.5,
                    "data": _judgement(label, told, self.names[name], deed, likely),
                    "deed_and_result": likely and label == "yes",
                    "version": "bench",
                    "judged_at": found,
                }
            )
        slugs = {("sector", _zipf(rng, scale.sectors)), ("sector", _zipf(rng, scale.sectors))}
        slugs |= {("campaign", _zipf(rng, scale.campaigns))} if rng.random() < 0.3 else set()
        places = {(commune, province), _zipf(rng, scale.places)}
        terms = {searching.term(axis, slug) for axis, slug in slugs}
        terms |= {searching.term("outlet", source) for source in sources}
        terms |= {searching.term("place", name) for place in places for name in place}
        terms.add(searching.term("month", f"{published.astimezone(VIETNAM):%Y%m}"))
        exemplar = None
        if status == "accepted":
            self.accepted[iso_week(decided or found)].append(number)
            exemplar = self.next_id(Exemplar) if rng.random() < 0.5 else None
        rows[Story].append(
            {
                "id": number,
                "public_id": UUID(int=number),
                "lead_id": lead,
                "title": told,
                "score": rng.uniform(0.5, 1) if likely else rng.uniform(0, 0.5),
                "label": label,
                "kind": "individual" if likely else "none",
                "subject": subject,
                "subject_key": self.keys[name] if likely else "",
                "draft_summary": f"{told}.",
                "draft_spans": json.dumps(
                    [{"text": told, "field": "text", "start": 0, "end": len(told), "article": lead}]
                ),
                "flags": json.dumps([rng.choice(FLAGS)] if rng.random() < 0.1 else []),
                "province": province,
                "commune": commune,
                "outlets": json.dumps(sources),
                "published_at": published,
                "found_at": found,
                "search_text": " ".join([*sorted(terms), *searched]),
                "status": status,
                "decided_by_id": self.editor.pk if decided else None,
                "decided_at": decided,
                "reject_reason": "Không phải gương" if status == "rejected" else "",
                "version": int(decided is not None),
                "exemplar_id": exemplar,
            }
        )
        if exemplar:
            rows[Exemplar].append(
                {
                    "id": exemplar,
                    "public_id": UUID(int=exemplar),
                    "name": subject,
                    "kind": "individual",
                    "province": province,
                    "commune": commune,
                    "founder_id": number,
                    "found_at": found,
                    "search_text": search_words(f"{subject} {commune} {province}"),
                }
            )
        rows[StoryTag] += [
            {
                "id": self.next_id(StoryTag),
                "story_id": number,
                "axis": axis,
                "slug": slug,
                "origin": "machine",
            }
            for axis, slug in sorted(slugs)
        ]
        for each in places:
            rows[StoryPlace].append(
                {
                    "id": self.next_id(StoryPlace),
                    "story_id": number,
                    "text": each[0],
                    "province": each[1],
                    "commune": each[0],
                    "as_of": "new",
                    "origin": "machine",
                }
            )


def _judgement(label: str, told: str, name: str, deed: str, likely: bool) -> str:
    exemplar = {"label": label, "score": 0.5, "kind": "individual", "subject": name}
    said = [("subject", name), ("deed", deed)]
    if label == "yes":
        said.append(("result", told[told.index("đến nay") :]))
    evidence = [
        {"for": kind, "field": "text", "start": start, "end": start + len(quote), "quote": quote}
        for kind, quote in said
        for start in (told.index(quote),)
    ]
    return json.dumps(
        {"exemplar": {**exemplar, "reasons": ["deed"]}, "evidence": evidence if likely else []},
        ensure_ascii=False,
    )


def _digests(
    scale: Scale, accepted: Mapping[str, list[int]], editor: User, chief: User
) -> dict[type[Model], list[dict[str, Any]]]:
    """One approved and published digest a week; the newest week's is still a draft."""
    rows: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
    *past, current = sorted(accepted)
    for number, week in enumerate([*past, current], start=1):
        at = datetime.fromisoformat(f"{week}-5").replace(hour=9, tzinfo=scale.now.tzinfo)
        state = "draft" if week == current else "approved"
        digest = {"id": number, "week": week, "title": f"Gương sáng tuần {week}", "state": state}
        rows[Digest].append({**digest, "drafted_at": at})
        rows[DigestItem] += [
            {
                "id": len(rows[DigestItem]) + position,
                "digest_id": number,
                "story_id": story,
                "position": position,
            }
            for position, story in enumerate(accepted[week][:PER_DIGEST], start=1)
        ]
        rows[PublishedLink] += [
            {
                "id": story,
                "story_id": story,
                "source": OUTLETS[0],
                "url": f"https://bao-00.example/{story}.html",
                "published_at": at,
                "held_at": at if story % 500 == 0 else None,
            }
            for story in accepted[week][:PER_DIGEST]
        ]
        if state == "approved":
            frozen = {"content": "{}", "content_hash": "0" * 64, "approved_by_id": chief.pk}
            rows[Edition].append(
                {"id": number, "digest_id": number, "number": number, "approved_at": at}
                | {"publish_at": at, **frozen}
            )
            rows[Delivery].append(
                {"id": number, "edition_id": number, "channel": "portal", "state": "sent"}
                | {"due_at": at, "finished_at": at}
            )
    return rows


def _put_indexes_off(cursor: Any) -> list[str]:
    """Drop them from the tables that grow; the statements that make them again."""
    if connection.vendor != "postgresql":
        return []
    cursor.execute(
        "select indexname, indexdef from pg_indexes where tablename = any(%s)"
        " and indexname not in (select conname from pg_constraint)",
        [[model._meta.db_table for model in GROWING]],
    )
    found = cursor.fetchall()
    for name, _made in found:
        cursor.execute(f'drop index "{name}"')
    return [made for _name, made in found]


def _multiply(cursor: Any, scale: Scale) -> None:
    """Every story of the pattern again and again, by SQL: another number and score, its own
    addresses."""
    postgres = connection.vendor == "postgresql"
    series = (
        "generate_series(1, {0}) as series(n)"
        if postgres
        else "(with recursive series(n) as (select 1 union all select n + 1 from series"
        " where n < {0}) select n from series) as series"
    ).format(scale.stories // scale.pattern - 1)
    own = "id + n * {0}"
    code = f"lpad(to_hex({own}), 32, '0')::uuid" if postgres else f"printf('%%032x', {own})"
    hashed = f"lpad(to_hex({own}), 64, '0')" if postgres else f"printf('%%064x', {own})"
    chance = "random()" if postgres else "abs(random() / 9223372036854775808.0)"
    refers = {Story: ("lead_id", "exemplar_id"), Exemplar: ("founder_id",)}
    refers |= {Article: ("story_id",), JudgementRecord: ("article_id",)}
    refers |= {StoryTag: ("story_id",), StoryPlace: ("story_id",)}
    targets = {"lead_id": Article, "exemplar_id": Exemplar, "article_id": Article}
    if scale.stories == scale.pattern:
        return
    counts = {}
    for model in refers:
        cursor.execute(f"select coalesce(max(id), 0) from {model._meta.db_table}")
        counts[model] = cursor.fetchone()[0]
    for model, keys in refers.items():
        values = {"id": own, "public_id": code, "content_hash": hashed}
        values |= {name: f"{name} || '?' || n" for name in ("url", "canonical_url")}
        values = {name: sql.format(counts[model]) for name, sql in values.items()}
        values |= {name: f"{name} + n * {counts[targets.get(name, Story)]}" for name in keys}
        values |= {"score": f"score * (0.9 + 0.1 * {chance})"} if model is Story else {}
        columns = [each.column for each in model._meta.concrete_fields if not each.generated]
        columns += ["search_terms"] if model is Story and postgres else []
        picked = ", ".join(values.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"insert into {model._meta.db_table} ({names})"
            f" select {picked} from {model._meta.db_table}, {series}",
            [],
        )


def _write(cursor: Any, model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows by column, in the database's own form; what they leave out has the model's default."""
    if not rows:
        return
    fields = [each for each in model._meta.concrete_fields if not each.generated]
    usual = {
        each.column: each.get_db_prep_save(each.get_default(), connection)
        if each.has_default() or not each.primary_key
        else None
        for each in fields
    }
    columns = [each.column for each in fields]
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    to_plain = _PLAIN if connection.vendor == "sqlite" else {}
    plain = {
        index: to_plain[type(each)] for index, each in enumerate(fields) if type(each) in to_plain
    }

    def values() -> Iterator[list[Any]]:
        for row in rows:
            made = [row.get(column, usual[column]) for column in columns]
            for index, convert in plain.items():
                made[index] = made[index] and convert(made[index])
            yield made

    if connection.vendor == "postgresql":
        with cursor.copy(f"copy {table} ({names}) from stdin") as copy:
            for each in values():
                copy.write_row(each)
    else:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"insert into {table} ({names}) values ({marks})", list(values()))


_PLAIN: dict[type, Callable[[Any], str]] = {
    DateTimeField: lambda moment: moment.astimezone(UTC).isoformat(" ")[:26],
    UUIDField: lambda key: key.hex,
}
"""As SQLite keeps them."""


def _zipf(rng: random.Random, values: Sequence[T]) -> T:
    """The first ones far more often than the last."""
    return values[int(len(values) * rng.random() ** 2)]


def _wording(rng: random.Random, length: int) -> str:
    """Syllables by Zipf's law."""
    letters = [a + b + c for a in "bcdghklmnpqrstvx" for b in "aăâeêioôơuư" for c in ("", *"cmnpt")]
    weights = [1 / rank for rank in range(1, len(letters) + 1)]
    return " ".join(rng.choices(letters, weights, k=length // 3))[:length]
