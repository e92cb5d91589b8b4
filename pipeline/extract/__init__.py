"""From a fetched page, or a feed's own text, to an article. Pure: no network, no disk, no clock."""

from pipeline.extract.article import extract
from pipeline.extract.errors import NotAnArticle
from pipeline.extract.feed import from_feed_item
from pipeline.extract.missing import soft_missing

__all__ = ["NotAnArticle", "extract", "from_feed_item", "soft_missing"]
