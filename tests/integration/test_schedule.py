"""Missed runs are caught up once; a killed worker's run is taken again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import worker
from pipeline.cli.installing import create_home
from pipeline.config.home import Home
from pipeline.config.office import Schedule
from pipeline.schedule import EPOCH, Job, enqueue, jobs_of, latest_due
from pipeline.store.due import STALE, take_next
from pipeline.store.models import Digest, JobRun
from pipeline.text.clock import VIETNAM, utc_now

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=VIETNAM)


def home_of(folder: Path) -> Home:
    create_home(Home(folder), {"name": "Thử", "province": "Lào Cai", "contact": "thu@example.vn"})
    return Home(folder)


def silent_for(time: timedelta) -> None:
    JobRun.objects.filter(finished_at=None).update(heartbeat_at=utc_now() - time)


def job(name: str) -> Job:
    return next(job for job in jobs_of(Schedule()) if job.name == name)


def test_weekly_times_are_vietnamese() -> None:
    trigger = job("draft").trigger
    due = latest_due(trigger, FRIDAY, FRIDAY - timedelta(days=7))
    assert due == datetime(2026, 11, 19, 15, 0, tzinfo=VIETNAM)
    assert due == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 2, 1), datetime(2027, 2, 1)), st.integers(0, 5000))
def test_an_interval_is_due_at_its_last_turn(moment: datetime, minutes: int) -> None:
    now = moment.replace(tzinfo=VIETNAM)
    after = now - timedelta(minutes=minutes)
    due = latest_due(job("crawl").trigger, now, after)
    if due is None:
        assert now - after <= timedelta(minutes=5)
    else:
        assert after < due <= now
        assert now - due < timedelta(minutes=5)
        assert (due - EPOCH) % timedelta(minutes=5) == timedelta(0)


@pytest.mark.django_db
def test_a_month_of_missed_drafts_is_one_draft() -> None:
    assert enqueue(job("draft"), FRIDAY - timedelta(days=30)) is None  # first start: nothing owed
    run = enqueue(job("draft"), FRIDAY)
    assert run is not None
    assert run.scheduled_for == datetime(2026, 11, 19, 15, 0, tzinfo=VIETNAM)
    assert enqueue(job("draft"), FRIDAY) is None
    assert JobRun.objects.filter(finished_at=None).count() == 1


@pytest.mark.django_db
def test_a_slow_worker_does_not_pile_up_crawls() -> None:
    assert enqueue(job("crawl"), FRIDAY)
    for minutes in range(5, 60, 5):
        assert enqueue(job("crawl"), FRIDAY + timedelta(minutes=minutes)) is None
    assert JobRun.objects.count() == 1


@pytest.mark.django_db
def test_a_run_is_taken_by_one_worker_and_again_when_that_one_died() -> None:
    enqueue(job("publish"), FRIDAY)
    first = take_next("one", {"publish"})
    assert first is not None
    assert first.attempts == 1
    assert take_next("two", {"publish"}) is None
    silent_for(STALE - timedelta(seconds=5))
    assert take_next("two", {"publish"}) is None
    silent_for(STALE + timedelta(seconds=1))
    again = take_next("two", {"publish"})
    assert again == first
    assert again is not None
    assert (again.worker, again.attempts) == ("two", 2)


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_is_recorded_and_does_not_stop_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(turn: worker.Turn) -> str:
        raise OSError("no such device")

    monkeypatch.setitem(worker.TASKS, "publish", broken)
    enqueue(job("publish"), FRIDAY)
    run = take_next("one", worker.TASKS)
    assert run is not None
    worker.perform(run, home_of(tmp_path))
    run.refresh_from_db()
    assert run.ok is False
    assert run.detail == "OSError: no such device"
    assert run.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_run_that_keeps_killing_its_worker_is_given_up(tmp_path: Path) -> None:
    enqueue(job("publish"), FRIDAY)
    for _ in range(worker.MAX_ATTEMPTS):
        assert take_next("one", worker.TASKS)
        silent_for(2 * STALE)
    run = take_next("one", worker.TASKS)
    assert run is not None
    worker.perform(run, home_of(tmp_path))
    run.refresh_from_db()
    assert run.ok is False
    assert "given up" in run.detail


@pytest.mark.django_db(transaction=True)
def test_a_faulty_office_file_delays_the_draft_and_does_not_lose_it(tmp_path: Path) -> None:
    JobRun.objects.create(job="draft", scheduled_for=FRIDAY)
    home = home_of(tmp_path)
    sound = home.office_file.read_text("utf-8")
    home.office_file.write_text("nmae: Phòng Báo chí\n", "utf-8")
    for _ in range(worker.MAX_ATTEMPTS + 1):
        silent_for(2 * STALE)
        run = take_next("one", worker.TASKS)
        assert run is not None
        worker.perform(run, home)
        assert take_next("one", worker.TASKS) is None, "not tried again at once"
    run.refresh_from_db()
    assert (run.finished_at, run.ok) == (None, None)
    assert "nmae" in run.detail
    home.office_file.write_text(sound, "utf-8")
    silent_for(2 * STALE)
    run = take_next("one", worker.TASKS)
    assert run is not None
    worker.perform(run, home)
    run.refresh_from_db()
    assert run.ok, run.detail
    assert Digest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_draft_missed_on_thursday_is_made_on_monday_for_its_own_week(tmp_path: Path) -> None:
    thursday = datetime(2026, 11, 12, 15, 0, tzinfo=VIETNAM)
    JobRun.objects.create(job="draft", scheduled_for=thursday)
    run = take_next("one", worker.TASKS)
    assert run is not None
    worker.perform(run, home_of(tmp_path))
    run.refresh_from_db()
    assert run.ok, run.detail
    assert [digest.week for digest in Digest.objects.all()] == ["2026-W46"]
