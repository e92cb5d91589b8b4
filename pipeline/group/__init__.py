"""Which articles tell one story: exact copies, near-duplicates, the same event told anew. Pure.

``signature`` gives what the store indexes, the shell looks up articles that share a band, and
``compare`` decides. ``group_all`` does the same in memory. ``same_subject`` proposes that two
stories are about one exemplar.
"""

from pipeline.group.comparing import ONE_STORY, Match, compare, likeness
from pipeline.group.grouping import group_all
from pipeline.group.identity import Fact, Shared, Subject, same_subject, subject_key
from pipeline.group.signatures import (
    COPIES_SHARE,
    LEAST_SHARED,
    SIGNATURE_VERSION,
    Signature,
    signature,
)

__all__ = [
    "COPIES_SHARE",
    "LEAST_SHARED",
    "ONE_STORY",
    "SIGNATURE_VERSION",
    "Fact",
    "Match",
    "Shared",
    "Signature",
    "Subject",
    "compare",
    "group_all",
    "likeness",
    "same_subject",
    "signature",
    "subject_key",
]
