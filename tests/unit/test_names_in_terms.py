"""No person's name becomes a term of the model, and it says how it was made."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shlex
import unicodedata
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge.learning.examples import examine
from pipeline.judge.learning.labels import Labelled, Labels
from pipeline.judge.learning.training import fit
from pipeline.judge.model import Model, shipped
from pipeline.judge.names.gazetteer import shipped_gazetteer
from pipeline.judge.names.personal import SURNAMES
from pipeline.shapes import ArticleText, ExemplarLabel

ROOT = Path(__file__).parents[2]
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

_GIVEN = """
tuấn hùng dũng lan mai hương hoa linh trang nga thảo hạnh nhung oanh yến hằng hồng huệ hiền hà hải
minh nam long sơn thắng tùng trung quân đức đạt khánh khoa kiên lâm lợi lộc phong phúc phương quang
quốc quý tâm tân thanh thành thịnh thủy thúy tiến toàn trí trọng tú vân vinh vũ xuân ánh bình chi
chiến cường diệp duyên giang hiếu hòa hoàng huy hưng hường khang loan ly my ngân ngọc nhàn nhi
"""
_CALLED = frozenset({"ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cụ", "cháu", "thầy"})
_SAYS = frozenset({"nói", "kể"})
_ALL_THE_SAME = "anh hùng|anh dũng|chú tâm|chú trọng|ông lâm|ông tâm|nga nói|quốc nói"
_NO_NAMES = {tuple(pair.split()) for pair in _ALL_THE_SAME.split("|")}
"""Also how one falls into debt ("ông lâm nợ") or confides ("ông tâm sự"), or a country speaks."""
_VIETNAMESE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?[aeiouyăâêôơư]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_FOREIGN = """
apec balô biennale bêtông camera cano check clip container covid diesel drone euro facebook fentanyl
food gala golf gripen hanoi hecta homestay iphone iran laser litva logistics mazut mig mini moscow
nylon of piano pickleball radar resort review robot skyfall taluy tour trekking ukraine uranium
video web workshop ôtô bks ctvx gdp grdp hcm hnn jas nvcc ocop thx ttxvn uav ubnd usd vnanet vnđ
đvcc
"""
"""Of foreign make, looked at by a person: none is anybody's name."""


def test_the_shipped_terms_hold_no_name_of_a_person() -> None:
    terms = {term for several in shipped().terms.values() for term in several}
    given = frozenset(_GIVEN.split())
    surnames = SURNAMES & {"nguyễn", "trần", "lê", "phạm", "huỳnh", "võ", "đặng", "bùi", "ngô"}
    named = {
        term
        for term in terms - _NO_NAMES
        if isinstance(term, tuple)
        and (
            (term[0] in _CALLED and term[1] in given | surnames)
            or (term[0] in given and term[1] in _SAYS)
            or (term[0] in surnames and term[1] in {"văn", "thị", "hữu", "đình", "minh"})
        )
    }
    assert named == set()


def test_foreign_words_among_the_shipped_terms_were_looked_at() -> None:
    terms = {term for several in shipped().terms.values() for term in several}
    syllables = {one for term in terms for one in ((term,) if isinstance(term, str) else term)}
    foreign = {
        one
        for one in syllables
        if one.isalpha() and len(one) > 2 and not _VIETNAMESE.fullmatch(_toneless(one))
    }
    assert foreign - set(_FOREIGN.split()) == set()


def _toneless(syllable: str) -> str:
    """Without the five marks of tone; vowels keep their form."""
    marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    bare = (char for char in unicodedata.normalize("NFD", syllable) if char not in marks)
    return unicodedata.normalize("NFC", "".join(bare))


def test_the_shipped_model_was_made_by_its_command_from_these_labels() -> None:
    made = shipped().made
    command = shlex.split(made["command"])
    assert command[:2] == ["guongsang", "train"]
    assert command[-2:] == ["-o", "pipeline/judge/data/model.json.gz"]
    assert set(made["inputs"]) <= set(command)
    labels = sorted((ROOT / "bench" / "labels").glob("2025-*.jsonl"))
    assert labels
    for file in labels:
        told = made["inputs"][str(file.relative_to(ROOT))]
        assert told == hashlib.sha256(file.read_bytes()).hexdigest()[:16], "train the model anew"


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
