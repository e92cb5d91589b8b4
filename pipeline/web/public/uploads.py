"""Files that strangers send: known by their first bytes, never by their name or what they claim."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile

import filetype
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from pipeline.review.public_requests import File
from pipeline.text.fold import nfc

MOST_FILES, MOST_BYTES = 3, 5_000_000
LARGEST_REQUEST = MOST_FILES * MOST_BYTES + 1_000_000
KINDS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""What is taken, and the ending that its stored name gets."""


class NotTaken(ValueError):
    """A file is refused; the words are for its sender."""


class Capped(FileUploadHandler):
    """Stops a request that says it is larger than any form of ours before its body is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django passes it by this name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("request body is larger than any form takes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def take(sent: Sequence[UploadedFile[Any]]) -> list[File]:
    """The files, named and typed by us.

    Raises:
        NotTaken: too many, too large, or of a kind that is not taken.
    """
    if len(sent) > MOST_FILES:
        raise NotTaken(f"Chỉ nhận nhiều nhất {MOST_FILES} tệp.")
    return [_one(file) for file in sent]


def _one(file: UploadedFile[Any]) -> File:
    name = nfc(PurePosixPath((file.name or "").replace("\\", "/")).name)
    if (file.size or 0) > MOST_BYTES:
        raise NotTaken(f"Tệp “{name[:60]}” lớn hơn {MOST_BYTES // 1_000_000} MB.")
    body = file.read()
    kind = filetype.guess_mime(body) or ""
    if kind not in KINDS:
        raise NotTaken(f"Tệp “{name[:60]}” không phải ảnh JPEG, PNG, tệp PDF hay DOCX.")
    if KINDS[kind] == ".docx" and _has_macros(body):
        raise NotTaken(f"Tệp “{name[:60]}” có macro hoặc bị hỏng. Hãy lưu lại thành DOCX thường.")
    stem = "".join(c for c in PurePosixPath(name).stem if c.isalnum() or c in " -_")[:80].strip()
    digest = hashlib.sha256(body).hexdigest()
    return File(f"{stem or 'tep'}{KINDS[kind]}", kind, digest, body)


def _has_macros(body: bytes) -> bool:
    """Whether a Word file holds programs, whatever its ending says, or cannot be looked into. Only
    the list of its parts is read: nothing is unpacked."""
    try:
        with ZipFile(BytesIO(body)) as parts:
            return any("vbaproject" in name.lower() for name in parts.namelist())
    except (BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return True
