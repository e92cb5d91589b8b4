"""Calling a channel's API: what is certain about a call that went wrong, and what is not.

A call that changes something has three ends: the other side has it, it certainly has not, nobody
knows. ``NotSent`` is raised for the second alone; any other exception is the third.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from pipeline.publish.outcomes import Lost, NotSent, Unreachable
from pipeline.publish.services import outward

CONNECT_WITHIN, ANSWER_WITHIN = 10.0, 30.0  # seconds
READ_WITHIN = 60.0
"""Seconds for a whole answer, however steadily it drips: far below ``plan.LEASE``."""
_LARGEST = 1_000_000  # bytes of an answer


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    params: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """HTTP status and the JSON object of the answer (an array is its ``items``). Redirects are not
    followed: a token belongs to one host. Nothing of ``headers``, ``form`` or ``body`` is in any
    message of an exception.

    Raises:
        Unreachable: no connection came about, so nothing was sent; or it led into the office's own
            network.
        NotSent: 429 before anything was done; later may help.
        Lost: the answer did not come in time, is no JSON, or is a 5xx.
    """
    try:
        with (
            outward.session(url) as session,
            session.request(
                method,
                url,
                headers=headers,
                data=form,
                json=body,
                params=params,
                timeout=(CONNECT_WITHIN, ANSWER_WITHIN),
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            status = answer.status_code
            raw = _whole(answer.raw)
    except requests.exceptions.ConnectTimeout as error:
        raise Unreachable("Không nối được: quá thời gian", again=True) from error
    except requests.exceptions.ConnectionError as error:
        reason = _reason(error)
        if isinstance(reason, outward.NotPublic):
            host = urlsplit(url).hostname
            told = f"{host} dẫn vào mạng nội bộ nên không gọi: {outward.MEND}"
            raise Unreachable(told, again=True) from error
        if isinstance(reason, NewConnectionError):
            raise Unreachable("Không nối được máy chủ", again=True) from error
        raise Lost(f"{type(error).__name__}: mất kết nối khi chờ trả lời") from None
    except (requests.RequestException, HTTPError, OSError) as error:  # the request had gone out
        raise Lost(f"{type(error).__name__} khi chờ trả lời") from None
    return status, _read(status, raw)


def _whole(answer: Any) -> bytes:
    until, raw = time.monotonic() + READ_WITHIN, b""
    while len(raw) < _LARGEST:
        part = answer.read1(_LARGEST, decode_content=True)
        if not part:
            break
        raw += part
        if time.monotonic() > until:
            raise Lost("Câu trả lời đến quá chậm")
    return raw


def _read(status: int, raw: bytes) -> dict[str, Any]:
    if status >= 500:
        raise Lost(f"Máy chủ trả về {status}")
    if status == 429:
        raise NotSent("Bị giới hạn số lượt gọi (429)", again=True)
    try:
        read = json.loads(raw)
    except ValueError:
        raise Lost(f"Câu trả lời {status} không đọc được") from None
    if isinstance(read, list):
        return {"items": read}
    if not isinstance(read, dict):
        raise Lost(f"Câu trả lời {status} không đọc được")
    return read


def _reason(error: requests.exceptions.ConnectionError) -> object:
    cause = error.args[0] if error.args else None
    return cause.reason if isinstance(cause, MaxRetryError) else cause
