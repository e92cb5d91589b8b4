"""The machine's opinion of one article, each part with the wording it rests on."""

from __future__ import annotations

import hashlib

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.campaigns import find_campaigns
from pipeline.judge.cues import CueMatcher
from pipeline.judge.exemplar import ExemplarJudge
from pipeline.judge.flags import Flagger
from pipeline.judge.article_reading import Reading
from pipeline.judge.sectors import by_rules, sector_evidence
from pipeline.shapes import ArticleText, Judgement


class Judge:
    """Compiled once from a taxonomy, then asked article by article; keeps nothing between them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._matcher = CueMatcher(taxonomy)
        self._exemplar = ExemplarJudge(taxonomy)
        self._flagger = Flagger(taxonomy)
        digest = hashlib.sha256(taxonomy.model_dump_json().encode()).hexdigest()
        self.version = f"rules-{digest[:12]}"

    def judge(self, article: ArticleText) -> Judgement:
        reading = Reading.of(article, self._matcher)
        opinion, exemplar_evidence = self._exemplar.judge(reading)
        sectors = by_rules(reading)
        campaigns, campaign_evidence = find_campaigns(reading, self._taxonomy.campaigns)
        return Judgement(
            exemplar=opinion,
            sectors=sectors,
            campaigns=campaigns,
            flags=self._flagger.flags(reading, opinion.label),
            evidence=(
                *exemplar_evidence,
                *sector_evidence(reading, sectors),
                *campaign_evidence,
            ),
            version=self.version,
        )
