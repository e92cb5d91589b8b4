"""The machine's opinion of one article, each part with the wording it rests on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge import exemplar
from pipeline.judge.campaigns import find_campaigns
from pipeline.judge.features import facts
from pipeline.judge.flags import Flagger
from pipeline.judge.model import Model, shipped
from pipeline.judge.names.awards import find_awards
from pipeline.judge.names.gazetteer import shipped_gazetteer
from pipeline.judge.names.organisations import Organisation, find_organisations
from pipeline.judge.names.people import Person, find_people
from pipeline.judge.names.places import find_places
from pipeline.judge.protagonist.choosing import main_subject
from pipeline.judge.protagonist.facts import Candidate, candidates, compare
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import CueMatcher
from pipeline.judge.reading.ngrams import Wording, wording
from pipeline.judge.sectors import find_sectors, sector_evidence
from pipeline.shapes import ArticleText, ExemplarLabel, Judgement


@dataclass(frozen=True, slots=True)
class Look:
    """What the decisions about an article are taken from."""

    reading: Reading
    people: tuple[Person, ...]
    units: tuple[Organisation, ...]
    subjects: list[Candidate]
    words: Wording
    facts: dict[str, float]
    scores: dict[str, float]
    """Log-odds of every head of the model, after the rules beside it."""


class Judge:
    """Compiled once from a taxonomy, then asked article by article; keeps nothing between them."""

    def __init__(self, taxonomy: Taxonomy, *, model: Model | None = None) -> None:
        self._taxonomy = taxonomy
        self._model = model or shipped()
        self._gazetteer = shipped_gazetteer()
        self._matcher = CueMatcher(taxonomy)
        self._groups = {group.slug: group for group in taxonomy.cues}
        self._sectors = tuple(sector.slug for sector in taxonomy.sectors)
        self._flagger = Flagger(taxonomy)
        basis = taxonomy.model_dump_json() + self._model.digest
        self.version = hashlib.sha256(basis.encode()).hexdigest()[:16]

    def look(self, article: ArticleText) -> Look:
        reading = Reading.of(article, self._matcher)
        people = find_people(article, self._gazetteer)
        units = find_organisations(article, self._gazetteer)
        subjects = candidates(article, people, units)
        known = facts(reading, self._taxonomy, subjects)
        words = wording(reading)
        scores = self._model.scores(words, known)
        scores = exemplar.without_pleas(scores, reading, self._groups)
        return Look(reading, people, units, subjects, words, known, scores)

    def judge(self, article: ArticleText) -> Judgement:
        look = self.look(article)
        reading, subjects, scores = look.reading, look.subjects, look.scores
        subject = None
        if exemplar.decide(exemplar.probability(scores)) is not ExemplarLabel.NO:
            compare(article, subjects)
            subject = main_subject(article, subjects, self._model.subject, scores)
        opinion = exemplar.opinion(
            scores, subject, self._model.fact_weights("exemplar", look.facts)
        )
        sectors = find_sectors(reading, scores, self._sectors)
        places, place_evidence = find_places(article, self._gazetteer, reading.spans("campaign"))
        provinces = frozenset(place.province for place in places if place.province)
        campaigns, campaign_evidence = find_campaigns(reading, self._taxonomy.campaigns, provinces)
        awards, award_evidence = find_awards(article)
        return Judgement(
            exemplar=opinion,
            sectors=sectors,
            campaigns=campaigns,
            places=places,
            people=tuple(person.name for person in look.people),
            organisations=tuple(unit.name for unit in look.units),
            awards=awards,
            flags=self._flagger.flags(reading, opinion.label, look.people),
            evidence=(
                *exemplar.evidence(reading, self._groups, subject),
                *sector_evidence(reading, sectors),
                *campaign_evidence,
                *award_evidence,
                *place_evidence,
            ),
            version=self.version,
        )
