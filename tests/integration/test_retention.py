"""What is not kept for ever goes, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt

from pipeline import review
from pipeline.config.home import Home
from pipeline.config.office import Retention, Schedule
from pipeline.operate.retention import tidy
from pipeline.schedule import enqueue, jobs_of
from pipeline.store.erasures import erased, journal_of
from pipeline.store.models import Consent, JobRun, PublicRequest, Subscriber, SubscriberState
from tests.factories import NOW, make_story, make_user
from tests.publishing import subscriber

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def pending(name: str, asked: timedelta, *, agreed: bool = False) -> None:
    row = subscriber(name)
    row.consents.all().delete()
    Subscriber.objects.filter(pk=row.pk).update(
        state=SubscriberState.PENDING, created_at=NOW - 100 * DAY
    )
    Consent.objects.create(subscriber=row, action=Consent.Action.ASKED, at=NOW - asked)
    if agreed:
        Consent.objects.create(subscriber=row, action=Consent.Action.CONFIRMED, at=NOW - 90 * DAY)


def test_what_is_old_goes_and_the_rest_stays(home: Home) -> None:
    for days in (29, 31):
        at = NOW - days * DAY
        JobRun.objects.create(job="publish", scheduled_for=at, finished_at=at)
        attempt = AccessAttempt.objects.create(username=str(days), failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)
    JobRun.objects.create(job="draft", scheduled_for=NOW - 400 * DAY)  # still to do
    subscriber("active")
    pending("forgotten", 15 * DAY)
    pending("asked-again", 13 * DAY)
    pending("agreed-once", 15 * DAY, agreed=True)
    for days in (364, 366):
        PublicRequest.objects.create(
            kind="suggestion",
            token=str(days),
            sender="Lò Văn Một",
            received_at=NOW - 400 * DAY,
            handled_at=NOW - days * DAY,
        )
    assert tidy(Retention(), NOW) == "1 old runs, 1 never confirmed, 1 senders removed"
    assert set(JobRun.objects.values_list("job", flat=True)) == {"publish", "draft"}
    assert AccessAttempt.objects.get().username == "29"
    left = {row.email.partition("@")[0] for row in Subscriber.objects.all()}
    assert left == {"active", "asked-again", "agreed-once"}
    assert [row.sender for row in PublicRequest.objects.order_by("token")] == ["Lò Văn Một", ""]
    # A backup from before must not bring them back.
    assert len(list(erased(journal_of(home)))) == 2
    assert tidy(Retention(), NOW) == "0 old runs, 0 never confirmed, 0 senders removed"


def test_a_suggestion_is_answered_by_what_becomes_of_its_story(home: Home) -> None:
    editor, long_ago = make_user("lananh"), NOW - 366 * DAY
    keeper, merged, waiting, fresh = (make_story(title=f"Tin {n}") for n in range(4))
    for number, story in enumerate((keeper, merged, waiting, fresh)):
        PublicRequest.objects.create(
            kind="suggestion", about="x", text="x", sender=f"Người {number}",
            received_at=long_ago, story=story, token=str(number),
        )  # fmt: skip
    review.merge([keeper, merged], editor, long_ago)
    keeper.refresh_from_db()
    review.accept(keeper, editor, long_ago)
    review.reject(fresh, editor, NOW - DAY, "Chưa đủ căn cứ")
    tidy(Retention(), NOW)
    left = PublicRequest.objects.order_by("token").values_list("sender", flat=True)
    assert list(left) == ["", "", "Người 2", "Người 3"]


def test_a_weekly_job_is_due_again_however_short_runs_are_kept(home: Home) -> None:
    weekly = next(job for job in jobs_of(Schedule()) if job.name == "draft")
    enqueue(weekly, NOW)
    due = 0
    for day in range(1, 22):
        if day % 7 == 0:  # the scheduler looks when the job is due, not every day
            due += enqueue(weekly, NOW + day * DAY) is not None
        JobRun.objects.filter(finished_at=None).update(finished_at=NOW + day * DAY, ok=True)
        tidy(Retention(jobs=DAY), NOW + day * DAY)
    assert due == 3
