"""No person's name becomes a term of the model, and it says how it was made."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge.examples import examine
from pipeline.judge.judge import shipped_gazetteer
from pipeline.judge.labels import Labelled, Labels
from pipeline.judge.model import Model
from pipeline.judge.training import fit
from pipeline.shapes import ArticleText, ExemplarLabel

TOLD = (
    "Chị Lan kể chuyện trồng cam. Theo chị Lan, vườn cam nuôi cả nhà. Lan kể tiếp chuyện cũ. "
    "Hôm ấy ông Trump nói nhiều. Rồi Trump nói thêm. Bà Ursula von der Leyen nói ít. "
    "Họ kể chuyện hoa lan, anh hùng và vườn cam của cả nhà."
)
_WORDS = """
ruộng vườn đường làng nước mưa nắng gió sông suối đồi rừng chim cá trâu bò gà vịt lúa ngô khoai sắn
chè cam bưởi nhãn mía bông tre nứa gỗ đá cát sỏi trời mây sáng chiều tối sớm muộn xa gần cao thấp
"""
SYLLABLES = _WORDS.split()


def test_what_is_written_as_a_name_is_no_term() -> None:
    stories = [
        Labelled(
            str(n), ArticleText(title="Vườn cam của Lan", text=TOLD), Labels(ExemplarLabel.YES)
        )
        for n in range(3)
    ]
    examples = examine(stories, load_taxonomy(defaults_dir() / "taxonomy"), shipped_gazetteer())
    model = fit(
        examples,
        np.arange(3, dtype=np.int32),
        load_taxonomy(defaults_dir() / "taxonomy"),
        {},
        heads=("exemplar",),
    )
    terms = {
        " ".join(term) if isinstance(term, tuple) else term
        for several in model.terms.values()
        for term in several
    }
    names = {"chị lan", "lan kể", "ông trump", "trump", "trump nói", "von der", "der leyen", "von"}
    assert not names & terms
    assert {"vườn cam", "kể chuyện", "hoa lan", "anh hùng", "kể tiếp"} <= terms


def test_a_model_names_the_whole_command_and_what_it_read(tmp_path: Path) -> None:
    articles = tmp_path / "bài.jsonl"
    texts, file = tmp_path / "texts.jsonl", tmp_path / "model.json.gz"
    lines = []
    draw = random.Random(1)
    for n in range(24):
        yes = n % 2
        told = "hiến đất mở đường cho thôn" if yes else "họp bàn kế hoạch năm tới"
        lines.append(
            {
                "id": n,
                "title": f"Tin {n}",
                "text": f"Bà con {told}. {' '.join(draw.choices(SYLLABLES, k=60))}.",
            }
        )
    texts.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    labels = [
        {"id": n, "exemplar": "yes" if n % 2 else "no", "kind": "collective" if n % 2 else "none"}
        for n in range(24)
    ]
    articles.write_text("\n".join(map(json.dumps, labels)), "utf-8")
    arguments = ["train", str(articles), "--texts", str(texts), "-o", str(file)]
    made = []
    for _ in range(2):
        told = CliRunner().invoke(cli, ["--home", str(defaults_dir()), *arguments])
        assert told.exit_code == 0, told.output
        made.append(file.read_bytes())
    assert made[0] == made[1]
    how = Model.load(made[0]).made
    assert how["command"] == f"guongsang train '{articles}' --texts {texts} -o {file}"
    assert list(how["inputs"]) == [str(articles), str(texts)]
    assert how["articles"] == 24
