"""From an outlet to a story: plan a round, crawl it, read what came, group it.

``rounds`` asks the store what is due, ``storing`` writes down what came, ``pages`` turns one
fetched page into an article, ``stories`` puts the article where it belongs.
"""

from pipeline.ingest.counting import RoundCounts
from pipeline.ingest.rebuilding import rebuild
from pipeline.ingest.rejudging import judge_again
from pipeline.ingest.rounds import Stopped, crawl_sources, due_sources

__all__ = ["RoundCounts", "Stopped", "crawl_sources", "due_sources", "judge_again", "rebuild"]
