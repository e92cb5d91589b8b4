"""Documents that would keep, crash or fill the process that reads them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import TypeAdapter

from pipeline.apart import Apart, TooMuch


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart(2, seconds=1, megabytes=200) as readers:
        yield readers


def test_the_result_comes_back_from_another_process(apart: Apart) -> None:
    assert apart.call(str.upper, "quế") == "QUẾ"
    first, again = apart.call(os.getpid), apart.call(os.getpid)
    assert first == again != os.getpid()


def test_an_exception_comes_back_as_it_was_raised(apart: Apart) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        apart.call(int, "một")


def test_an_exception_that_cannot_travel_is_told(apart: Apart) -> None:
    adapter = TypeAdapter(int)
    with pytest.raises(Exception, match="int_parsing"):
        apart.call(adapter.validate_python, "một")


def _forever(count: int = 0) -> None:
    while True:
        count += 1


def test_what_does_not_end_is_ended_and_the_next_call_is_served(apart: Apart) -> None:
    with pytest.raises(TooMuch, match="more than 1 s of computing"):
        apart.call(_forever)
    assert apart.call(len, "abc") == 3


def test_processor_time_is_counted_anew_for_each_call() -> None:
    with Apart(seconds=1) as one:
        used = [one.call(_work_for, 0.6) for _ in range(4)]
    assert used[-1] > 2, "one process did it all"


def _work_for(seconds: float) -> float:
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        pass
    return time.process_time()


def test_what_takes_all_memory_is_ended(apart: Apart) -> None:
    with pytest.raises(TooMuch, match="more than 200 MB"):
        apart.call(bytearray, 300_000_000)
    assert apart.call(len, "abc") == 3


def test_a_crash_costs_one_document(apart: Apart) -> None:
    with pytest.raises(TooMuch, match="ended the process with -9"):
        apart.call(_die)
    assert apart.call(len, "abc") == 3


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_parser_prints_stays_out_of_the_answers(apart: Apart) -> None:
    assert apart.call(print, "x" * 10_000) is None
    assert apart.call(len, "abc") == 3


def test_no_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUONGSANG_SECRET", "x")
    with Apart() as fresh:
        assert fresh.call(os.getenv, "GUONGSANG_SECRET") is None
        assert fresh.call(os.getenv, "PATH") == os.environ["PATH"]


def test_threads_share_the_processes(apart: Apart) -> None:
    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda n: apart.call(abs, -n), range(40)))
        processes = set(threads.map(lambda _: apart.call(os.getpid), range(40)))
    assert results == list(range(40))
    assert 1 <= len(processes) <= 2
