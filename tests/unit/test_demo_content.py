"""The demo articles: enough of them, varied, well formed, and dated so that rules hold."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.config.yamlfile import ConfigError
from pipeline.demo import content
from pipeline.demo.content import DemoArticle, load_articles
from pipeline.demo.outlets import OUTLETS
from pipeline.text.fold import nfc

MIDNIGHT = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""00:00 in Viet Nam: the start of a day is the hardest moment for the delay rule."""


def exemplars() -> list[DemoArticle]:
    return [article for article in load_articles() if article.front.expected.exemplar]


def test_three_outlets_carry_enough_of_everything() -> None:
    articles = load_articles()
    assert {article.outlet for article in articles} == {outlet.key for outlet in OUTLETS}
    assert len(articles) >= 34
    assert 12 <= len(exemplars()) < len(articles) / 2
    assert len({article.slug for article in articles}) == len(articles)
    assert len({article.number for article in articles}) == len(articles)


def test_exemplars_are_varied() -> None:
    expected = [article.front.expected for article in exemplars()]
    kinds = {one.kind for one in expected}
    assert kinds == {"individual", "household", "collective", "enterprise", "model"}
    assert len({one.sectors[0] for one in expected}) >= 8
    assert len({campaign for one in expected for campaign in one.campaigns}) >= 6
    assert any(one.minor for one in expected)


def test_expected_sectors_and_campaigns_exist_and_were_running() -> None:
    taxonomy = load_taxonomy(defaults_dir() / "taxonomy")
    sectors = {sector.slug for sector in taxonomy.sectors}
    campaigns = {campaign.id: campaign for campaign in taxonomy.campaigns}
    for article in exemplars():
        assert article.front.expected.sectors, article.slug
        assert set(article.front.expected.sectors) <= sectors, article.slug
        for name in article.front.expected.campaigns:
            campaign, day = campaigns[name], MIDNIGHT.date()
            assert campaign.valid_from is None or campaign.valid_from <= day, name
            assert campaign.valid_to is None or campaign.valid_to >= day, name


@pytest.mark.parametrize("article", exemplars(), ids=lambda article: article.slug)
def test_an_exemplar_names_its_subject_in_its_text(article: DemoArticle) -> None:
    text = " ".join([article.title, article.front.sapo, *article.paragraphs])
    assert article.front.expected.subject in text


@pytest.mark.parametrize("article", load_articles(), ids=lambda article: article.slug)
def test_dates_leave_the_delay_rule_room(article: DemoArticle) -> None:
    age = MIDNIGHT - article.published_at(MIDNIGHT)
    assert timedelta(minutes=180) < age < timedelta(days=11)
    assert article.published_at(MIDNIGHT + timedelta(hours=23)) == article.published_at(MIDNIGHT)


@pytest.mark.parametrize("article", load_articles(), ids=lambda article: article.slug)
def test_text_is_nfc_and_whole(article: DemoArticle) -> None:
    for piece in (article.title, article.front.sapo, article.front.author, *article.blocks):
        assert piece == nfc(piece)
    assert article.paragraphs
    assert all(piece[-1] in ".!?”" for piece in article.paragraphs)


def test_two_stories_are_carried_by_two_outlets_one_word_for_word() -> None:
    stories: dict[str, list[DemoArticle]] = {}
    for article in load_articles():
        if article.front.story:
            stories.setdefault(article.front.story, []).append(article)
    assert len(stories) == 2
    assert all(len({one.outlet for one in carried}) == 2 for carried in stories.values())
    same = Counter(len({one.blocks for one in carried}) for carried in stories.values())
    assert same == {1: 1, 2: 1}
    copy = next(one for one in stories["vang-thi-my"] if one.front.credit)
    assert copy.front.credit == "Theo Báo Fansipan"


def test_a_faulty_article_names_its_file_and_line(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bao").mkdir()
    (tmp_path / "bao" / "x.md").write_text(
        "---\ntitle: T\nauthor: A\nwhen: 3 08:05\nsections: S\n---\nMột câu.\n", "utf-8"
    )
    monkeypatch.setattr(content, "ARTICLES", tmp_path)
    with pytest.raises(ConfigError, match=r"x\.md:4: unknown key 'sections'.*'section'"):
        load_articles.__wrapped__()
