"""What slow hosts may cost a round."""

from __future__ import annotations

import pytest
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Request

from pipeline.crawl.throttle import PaceMiddleware


def asked(seconds_left: float) -> Request:
    return Request("https://bao.example/chuyen", meta={"download_timeout": seconds_left})


def test_the_wait_that_slow_answers_cause_is_part_of_a_redirects_time() -> None:
    request = asked(9.0)
    PaceMiddleware._spend(request, 4.0)
    assert request.meta["download_timeout"] == 5.0
    with pytest.raises(DownloadTimeoutError, match="took too long"):
        PaceMiddleware._spend(request, 5.0)


def test_a_wait_that_politeness_asks_for_costs_nothing() -> None:
    request = asked(9.0)
    PaceMiddleware._spend(request, -3.0)
    assert request.meta["download_timeout"] == 9.0
