"""Which articles tell one story: exact copies, near-duplicates, the same event told anew. Pure.

``signature`` gives what the store indexes, the shell looks up articles that share a band, and
``compare`` decides. ``group_all`` does the same in memory.
"""

from pipeline.group.comparing import Match, compare
from pipeline.group.grouping import group_all
from pipeline.group.signatures import SIGNATURE_VERSION, Signature, signature

__all__ = ["SIGNATURE_VERSION", "Match", "Signature", "compare", "group_all", "signature"]
