"""The demo articles, written by other hands than the rules, judged as a careful reader would."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.demo.content import load_articles
from pipeline.judge import Judge
from pipeline.shapes import ArticleText, ExemplarLabel

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_demo_articles_are_judged_as_expected() -> None:
    judging = Judge(load_taxonomy(defaults_dir() / "taxonomy"))
    told, false, subjects = 0, [], 0
    for article in load_articles():
        text = "\n".join(article.paragraphs)
        read = ArticleText(
            article.title, text, article.front.sapo or None, article.published_at(NOW)
        )
        opinion = judging.judge(read).exemplar
        expected = article.front.expected
        if opinion.label is ExemplarLabel.YES:
            told += expected.exemplar
            subjects += expected.exemplar and expected.subject in (opinion.subject or "")
            if not expected.exemplar:
                false.append(article.slug)
    assert told >= 16
    assert len(false) <= 1, false
    assert "keu-goi-giup-do-chau-be" not in false
    assert subjects >= 15
