from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import Campaign, load_taxonomy
from pipeline.config.yamlfile import ConfigError

SECTORS = "sectors:\n- {slug: y-te, name: Y tế, name_en: Health, strong: [bác sĩ]}\n"
CAMPAIGNS = "campaigns:\n- id: hien-mau\n  name: Hiến máu\n  aliases: [hiến máu]\n"
CUES = "cues:\n- {slug: deed, role: deed, weight: 1, phrases: [cứu người]}\n"


def taxonomy_dir(
    tmp_path: Path, sectors: str = SECTORS, campaigns: str = CAMPAIGNS, cues: str = CUES
) -> Path:
    for name, text in (("sectors", sectors), ("campaigns", campaigns), ("cues", cues)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def test_the_shipped_taxonomy_is_whole() -> None:
    taxonomy = load_taxonomy(defaults_dir() / "taxonomy")
    assert len(taxonomy.sectors) == 13
    assert {"nong-thon-moi", "an-giang-nong-thon-moi"} <= {c.id for c in taxonomy.campaigns}
    assert all(sector.strong for sector in taxonomy.sectors)
    assert all(c.aliases for c in taxonomy.campaigns)


@pytest.mark.parametrize(
    ("files", "line", "message"),
    [
        (
            {"campaigns": CAMPAIGNS + "  valid_form: 2020-01-01\n"},
            "campaigns.yaml:5",
            "did you mean 'valid_from'?",
        ),
        (
            {"campaigns": CAMPAIGNS + "  valid_from: 2021-01-01\n  valid_to: 2020-01-01\n"},
            "campaigns.yaml:2",
            "swap them",
        ),
        (
            {"campaigns": CAMPAIGNS + "  sectors: [giao-thong]\n"},
            "campaigns.yaml:5",
            "no sector 'giao-thong'",
        ),
        (
            {"campaigns": CAMPAIGNS + "  replaced_by: khac\n"},
            "campaigns.yaml:5",
            "no campaign 'khac'",
        ),
        (
            {"sectors": SECTORS + SECTORS.partition("\n")[2]},
            "sectors.yaml:3",
            "sector 'y-te' is given 2 times",
        ),
        (
            {"cues": CUES + "- {slug: two, role: deed, weight: 1, phrases: [Cứu người]}\n"},
            "cues.yaml:2",
            "phrase 'cứu người' stands in 2 places",
        ),
        ({"cues": CUES.replace("weight: 1", "weight: 50")}, "cues.yaml:2", "less than or equal"),
        ({"cues": CUES.replace("role: deed", "role: dead")}, "cues.yaml:2", "role"),
    ],
)
def test_faults_say_where_and_how(
    tmp_path: Path, files: dict[str, str], line: str, message: str
) -> None:
    directory = taxonomy_dir(tmp_path, **files)
    with pytest.raises(ConfigError) as caught:
        load_taxonomy(directory)
    assert line in str(caught.value)
    assert message in str(caught.value)


def test_validity_includes_both_days_and_undated_articles() -> None:
    campaign = Campaign(id="x", name="X", valid_from=date(2021, 1, 1), valid_to=date(2025, 12, 31))
    assert campaign.valid_on(date(2021, 1, 1))
    assert campaign.valid_on(date(2025, 12, 31))
    assert campaign.valid_on(None)
    assert not campaign.valid_on(date(2026, 1, 1))
    assert not campaign.valid_on(date(2020, 12, 31))
