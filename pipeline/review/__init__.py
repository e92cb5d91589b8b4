"""What people decide about stories; the desk and the command line both come through here."""

from pipeline.review.changing import Conflict, NothingToUndo
from pipeline.review.decisions import accept, edit, hold, reject, set_tags, undo
from pipeline.review.identity import (
    AlreadyAnswered,
    Proposal,
    answer,
    answers_of,
    forget,
    proposals,
)
from pipeline.review.regrouping import CannotRegroup, likely_same, merge, split

__all__ = [
    "AlreadyAnswered",
    "CannotRegroup",
    "Conflict",
    "NothingToUndo",
    "Proposal",
    "accept",
    "answer",
    "answers_of",
    "edit",
    "forget",
    "hold",
    "likely_same",
    "merge",
    "proposals",
    "reject",
    "set_tags",
    "split",
    "undo",
]
