"""What people decide about stories; the desk and the command line both come through here."""

from pipeline.review.batches import (
    MOST,
    Outcome,
    decide_many,
    standing_in,
    tag_many,
    undo_batch,
)
from pipeline.review.changing import Conflict, NothingToUndo
from pipeline.review.decisions import accept, hold, reject, restore, undo
from pipeline.review.editing import (
    NotAgreed,
    PlaceNamed,
    Wishes,
    edit,
    photos_agreed,
    revise,
    set_tags,
)
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
    "MOST",
    "AlreadyAnswered",
    "CannotRegroup",
    "Conflict",
    "NotAgreed",
    "NothingToUndo",
    "Outcome",
    "PlaceNamed",
    "Proposal",
    "Wishes",
    "accept",
    "answer",
    "answers_of",
    "decide_many",
    "edit",
    "forget",
    "hold",
    "likely_same",
    "merge",
    "photos_agreed",
    "proposals",
    "reject",
    "restore",
    "revise",
    "set_tags",
    "split",
    "standing_in",
    "tag_many",
    "undo",
    "undo_batch",
]
