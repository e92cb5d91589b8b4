"""From an outlet to a story: plan a round, crawl it, read what came, group it.

``rounds`` asks the store what is due, ``storing`` writes down what came, ``pages`` turns one
fetched page into an article, ``stories`` puts the article where it belongs.
"""

from pipeline.ingest.rebuilding import judge_again, rebuild
from pipeline.ingest.rounds import crawl_due, crawl_sources
from pipeline.ingest.storing import RoundCounts

__all__ = ["RoundCounts", "crawl_due", "crawl_sources", "judge_again", "rebuild"]
