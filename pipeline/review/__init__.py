"""What people decide about stories; the desk and the command line both come through here."""

from pipeline.review.decisions import (
    Conflict,
    NothingToUndo,
    accept,
    edit,
    hold,
    reject,
    set_tags,
    undo,
)

__all__ = [
    "Conflict",
    "NothingToUndo",
    "accept",
    "edit",
    "hold",
    "reject",
    "set_tags",
    "undo",
]
