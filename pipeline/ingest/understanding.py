"""What reading a page needs besides the page: sources, taxonomy, judge. Loaded once a round."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.apart import Apart
from pipeline.config.home import Home
from pipeline.config.sources import Source, load_sources
from pipeline.config.taxonomy import Taxonomy, load_taxonomy
from pipeline.judge import Judge
from pipeline.judge.learning.own_model import model_in_use
from pipeline.text.urls import canonical_url

logger = logging.getLogger(__name__)


_READER = Apart()
"""One for all rounds of this process: its start costs more than a page."""


@dataclass(frozen=True, slots=True)
class Understanding:
    sources: Mapping[str, Source]
    taxonomy: Taxonomy
    judge: Judge
    reader: Apart = field(default_factory=lambda: _READER)
    """Where pages are extracted: what hostile mark-up does to the parsers costs one page."""

    @classmethod
    def load(cls, home: Home) -> Understanding:
        """Raises:
        ConfigError: sources.yaml or a taxonomy file is faulty.
        """
        taxonomy = load_taxonomy(home.taxonomy_dir)
        in_use = model_in_use(home)
        if in_use.fault:
            logger.warning("%s", in_use.fault)
        sources = {source.key: source for source in load_sources(home.sources_file)}
        return cls(sources, taxonomy, Judge(taxonomy, model=in_use.model))

    def province_of(self, source: str) -> str | None:
        return self.sources[source].local_province if source in self.sources else None

    def outlet_name(self, source: str) -> str:
        return self.sources[source].name if source in self.sources else source

    def canonical(self, source: str, url: str) -> str:
        """The address under which a page of this source is known."""
        keep_case = self.sources[source].keep_case if source in self.sources else True
        return canonical_url(url, keep_case=keep_case)

    def reads_feed_only(self, source: str) -> bool:
        return source in self.sources and self.sources[source].extractor == "feed"
