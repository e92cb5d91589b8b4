"""What an article is about and whether it is an exemplar story. Pure: no disk, clock or network."""

from pipeline.judge.judge import Judge

__all__ = ["Judge"]
