"""Work in parts for any number of workers; what is held up stays open and is done later."""

from __future__ import annotations

import ast
import errno
import json
import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from pipeline import worker
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.ingest import RoundCounts, Stopped, spreading
from pipeline.ingest.rejudging import Part, parts_to_judge, understanding_of
from pipeline.ingest.spreading import spread_crawl, spread_judging
from pipeline.logs import Lines, run_id, secrets_in
from pipeline.operate.jobs import job_states
from pipeline.publish.outbox import publish_due
from pipeline.store import reach
from pipeline.store.due import STALE, finish, take_next, write_parts
from pipeline.store.models import Delivery, JobRun, JudgementRecord
from pipeline.store.reach import Reach
from pipeline.text.clock import utc_now
from tests.factories import NOW, make_story
from tests.publishing import approved_edition

pytestmark = pytest.mark.django_db(transaction=True)

SOURCES = """\
sources:
- {key: mot, name: Một, province: Lào Cai, home: "https://mot.example", enabled: true,
   feeds: ["https://feeds.example/mot"]}
- {key: hai, name: Hai, province: Lào Cai, home: "https://hai.example", enabled: true,
   feeds: ["https://hai.example/rss"]}
- {key: ba, name: Ba, province: Lào Cai, home: "https://ba.example", enabled: true,
   feeds: ["https://feeds.example/ba"]}
- {key: bon, name: Bốn, province: Lào Cai, home: "https://bon.example", enabled: false,
   feeds: ["https://bon.example/rss"]}
"""


def one(jobs: set[str]) -> JobRun:
    run = take_next("one", jobs)
    assert run is not None
    return run


def do(home: Home, jobs: set[str]) -> JobRun:
    run = one(jobs)
    worker.perform(run, home)
    run.refresh_from_db()
    return run


def test_outlets_that_share_a_host_are_asked_by_one_worker(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / "sources.yaml").write_text(SOURCES, "utf-8")
    monkeypatch.setattr(spreading, "SIDE_BY_SIDE", 2)
    assert spread_crawl(home, now=NOW, due=NOW) == "3 sources due, in 2 parts"
    parts = [run.data["sources"] for run in JobRun.objects.filter(job="fetch").order_by("part")]
    assert sorted(sorted(part) for part in parts) == [["ba", "mot"], ["hai"]]
    # What still waits is not asked for twice, and a crawl that is repeated writes nothing new.
    later = NOW + timedelta(minutes=5)
    assert spread_crawl(home, now=later, due=later) == "0 sources due, in 0 parts"
    write_parts("fetch", NOW, [{"sources": ["x"]}])
    assert JobRun.objects.filter(job="fetch").count() == 2


def test_a_part_asks_only_what_is_still_switched_on(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / "sources.yaml").write_text(SOURCES, "utf-8")
    asked: list[list[str]] = []

    def crawl(home: Home, office: object, keys: list[str], **_: object) -> list[RoundCounts]:
        asked.append(keys)
        busy = [{"url": "https://x.example", "kind": "busy", "detail": ""}]
        return [RoundCounts("mot", new=2), RoundCounts("ba", errors=busy)]

    monkeypatch.setattr(worker, "crawl_sources", crawl)
    write_parts("fetch", NOW, [{"sources": ["mot", "bon", "gone", "ba"]}])
    detail = "1 sources, 2 new articles; another process was at: ba"
    assert do(home, {"fetch"}).detail == detail
    assert asked == [["mot", "ba"]]


def test_rejudging_is_spread_and_holds_every_article_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.ingest.rejudging.PART", 2)
    stories = [make_story() for _ in range(5)]
    make_story(outlets=["baomot", "baohai"])
    understanding = understanding_of(home)
    third, fifth = stories[2].pk, stories[4].pk
    parts = parts_to_judge(understanding, None)
    assert parts == [Part(0, third), Part(third, fifth), Part(fifth, None)]
    assert spread_judging(home, now=NOW, since=None) == 3
    done = [do(home, {"judge"}) for _ in range(3)]
    assert [run.detail for run in done] == ["2 judged", "2 judged", "3 judged"]
    versions = set(JudgementRecord.objects.values_list("version", flat=True))
    assert versions == {understanding.judge.version}
    assert spread_judging(home, now=utc_now(), since=None) == 0


def test_a_newer_order_takes_the_place_of_the_old(home: Home) -> None:
    make_story()
    spread_judging(home, now=NOW, since=None)
    spread_judging(home, now=NOW + timedelta(hours=1), since=None)
    assert JobRun.objects.filter(job="judge", finished_at=None).count() == 1


def test_a_machine_with_another_taxonomy_leaves_the_part_to_others(home: Home) -> None:
    make_story()
    spread_judging(home, now=NOW, since=None)
    JobRun.objects.update(data={"version": "0ther", "since": None, "first": 0, "end": None})
    run = do(home, {"judge"})
    assert run.finished_at is None
    assert "copy them from the home" in run.detail
    assert JudgementRecord.objects.get().version == "test"
    assert one({"judge"}).detail == "", "whoever looks next has it at once, and is not held up"


def test_a_worker_that_is_held_up_knows_it(home: Home) -> None:
    """It rests: hundreds of parts that one machine cannot do would be gone through in seconds."""
    write_parts("judge", NOW, [{"version": "0ther", "first": 0, "end": None}] * 3)
    assert worker.perform(one({"judge"}), home) is True
    JobRun.objects.create(job="upkeep", scheduled_for=NOW)
    assert worker.perform(one({"upkeep"}), home) is False


def test_a_lane_outlives_a_fault_of_ours(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, stop = [], threading.Event()

    def look(name: str, jobs: object) -> None:
        looks.append(name)
        if len(looks) == 1:
            raise ValueError("nobody thought of it")
        stop.set()

    monkeypatch.setattr(worker, "POLL", 0)
    monkeypatch.setattr(worker, "take_next", look)
    worker.run_worker(home, stop, {"judge"})
    assert len(looks) == 2


def test_no_words_of_an_error_keep_its_run_open(home: Home) -> None:
    run = JobRun.objects.create(job="upkeep", scheduled_for=NOW)
    finish(one({"upkeep"}), ok=False, detail="a\x00b\ud800c")
    run.refresh_from_db()
    assert run.detail == "ab?c"


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("server closed the connection unexpectedly"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_what_passes_by_itself_costs_no_attempt(
    home: Home, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Database away, disk full: longer than any number of attempts lasts, and then it is done."""
    JobRun.objects.create(job="draft", scheduled_for=NOW)

    def fails(turn: worker.Turn) -> str:
        raise error

    with monkeypatch.context() as patch:
        patch.setitem(worker.TASKS, "draft", fails)
        for _ in range(worker.MAX_ATTEMPTS + 2):
            run = do(home, {"draft"})
            assert run.finished_at is None
            assert take_next("two", {"draft"}) is None, "not tried again at once"
            JobRun.objects.update(heartbeat_at=utc_now() - 2 * STALE)
    assert do(home, {"draft"}).ok


def test_an_outcome_waits_for_a_database_that_is_away(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is done: doing it again because of a cut of seconds would be a waste."""
    JobRun.objects.create(job="draft", scheduled_for=NOW)
    away = [OperationalError("gone"), InterfaceError("closed")]
    finish = worker.finish

    def cut(run: JobRun, *, ok: bool, detail: str) -> None:
        if away:
            raise away.pop()
        finish(run, ok=ok, detail=detail)

    monkeypatch.setattr(worker, "finish", cut)
    monkeypatch.setattr(reach, "SOONEST", 0.01)
    done = do(home, {"draft"})
    assert (done.ok, done.attempts, away) == (True, 1, [])


def test_a_database_that_is_away_is_told_once_and_asked_ever_more_seldom(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = iter([0.0, 2.0, 5.0, 30.0, 31.0, 60.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    known = Reach()
    known.answered()
    gone = OperationalError("connection refused\nIs the server running?")
    assert [known.lost(gone) for _ in range(4)] == [2.0, 2.0, 5.0, 15.0]
    known.answered()
    known.answered()
    assert known.lost(gone) == 2.0, "the next time it begins anew"
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 3
    assert told[0].endswith("connection refused · Is the server running?")
    assert told[1] == "the database answers again, after 31 seconds"


def test_who_lost_its_run_writes_no_outcome(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    JobRun.objects.create(job="draft", scheduled_for=NOW)

    def taken_meanwhile(turn: worker.Turn) -> str:
        JobRun.objects.update(heartbeat_at=utc_now() - 2 * STALE)
        assert take_next("one", {"draft"})  # of the same name: a container started again
        return "late"

    monkeypatch.setitem(worker.TASKS, "draft", taken_meanwhile)
    run = do(home, {"draft"})
    assert (run.finished_at, run.attempts) == (None, 2)


def test_a_worker_that_ends_gives_its_round_to_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    JobRun.objects.create(job="draft", scheduled_for=NOW)

    def ended(turn: worker.Turn) -> str:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setitem(worker.TASKS, "draft", ended)
        run = do(home, {"draft"})
    assert (run.started_at, run.finished_at, run.attempts, run.detail) == (None, None, 0, "")
    assert do(home, {"draft"}).ok, "at once, not when its heartbeat has gone stale"


def test_a_heartbeat_survives_a_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    JobRun.objects.create(job="draft", scheduled_for=NOW)
    run, beaten, beat = one({"draft"}), threading.Event(), worker.beat
    away = [InterfaceError("closed"), OperationalError("gone")]

    def cut(run: JobRun) -> None:
        if away:
            raise away.pop()
        beat(run)
        beaten.set()

    monkeypatch.setattr(worker, "beat", cut)
    monkeypatch.setattr(worker, "HEARTBEAT", 0.01)
    JobRun.objects.update(heartbeat_at=utc_now() - timedelta(hours=1))
    with worker._heartbeat(run):
        assert beaten.wait(30)
    run.refresh_from_db()
    assert run.heartbeat_at is not None
    assert utc_now() - run.heartbeat_at < timedelta(minutes=1)


def test_what_is_due_and_who_works_on_it(home: Home) -> None:
    write_parts("judge", NOW, [{}, {}, {}])
    one({"judge"})
    take_next("two", {"judge"})
    JobRun.objects.filter(worker="two").update(heartbeat_at=utc_now() - 2 * STALE)
    (state,) = job_states(utc_now())
    assert (state.waiting, state.running, state.lost) == (1, 1, 1)
    assert state.workers == ["one"]
    assert json.dumps(state.as_json())


def test_secrets_in_addresses_are_hidden_as_they_are_written() -> None:
    found = secrets_in(
        {
            "DATABASE_URL": "postgres://gs:p%40ss@db.example/gs",
            "EMAIL_URL": "smtp+tls://a@b.vn:m%C3%A3@mail.example:587",
            "APPRISE_TO_SOAN": "mmosts://chat.example/3ccdd113474722377935511fc85d3dd4",
            "PATH": "/usr/bin",
        }
    )
    line = Lines(found).format(
        logging.LogRecord("x", 40, "", 1, "p%40ss 3ccdd113474722377935511fc85d3dd4", (), None)
    )
    assert line.endswith("••• •••")
    assert not {"/usr/bin", "gs"} & set(found)


def test_lanes_import_nothing() -> None:
    """Two that import the same rooms at once lock each other out, and both runs fail."""
    code = ast.parse(Path(worker.__file__).read_text("utf-8"))
    within = {
        each.lineno
        for function in ast.walk(code)
        if isinstance(function, ast.FunctionDef)
        for each in ast.walk(function)
        if isinstance(each, ast.Import | ast.ImportFrom)
    }
    assert within == set()


@pytest.mark.parametrize("as_json", [False, True])
def test_log_lines_carry_their_run_and_no_secret(as_json: bool) -> None:
    lines = Lines(("mật-khẩu", ""), as_json=as_json)
    try:
        raise OSError("postgres://office:mật-khẩu@db")
    except OSError as error:
        told: Any = (OSError, error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "token %s", ("mật-khẩu",), told)
    with run_id("fetch-7-1"):
        line = lines.format(record)
    assert "mật-khẩu" not in line
    assert "fetch-7-1" in line
    if as_json:
        assert json.loads(line)["message"] == "token •••"
        assert "run" not in json.loads(lines.format(record))


def test_a_part_tells_which_run_wrote_it(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    with run_id("crawl-1-1"):
        write_parts("fetch", NOW, [{"sources": []}])
    caplog.handler.setFormatter(Lines())
    with caplog.at_level("INFO", "pipeline.worker"):
        run = do(home, {"fetch"})
    assert run.ok
    assert f"[crawl-1-1>fetch-{run.pk}-1]" in caplog.text


def test_a_full_disk_in_the_middle_of_a_portal(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half written is shown, and what could not be written is written later."""
    approved_edition(2)
    office = load_office(home.office_file)
    portal = home.output_dir / "portal"

    def full(path: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with suppress(OSError):
            publish_due(office=office, home=home, now=NOW)
    assert not list(portal.rglob("*.html"))
    for minutes in (1, 20, 40):
        publish_due(office=office, home=home, now=NOW + timedelta(minutes=minutes))
    assert (portal / "index.html").exists()
    states = set(Delivery.objects.filter(channel="portal").values_list("state", flat=True))
    assert states == {"sent"}
