"""Wording that exaggerates is found as a word, with what to write instead."""

from __future__ import annotations

from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge.fidelity.calming import calm

HYPE = load_taxonomy(defaults_dir() / "taxonomy").hype


def test_each_wording_comes_with_its_suggestion() -> None:
    text = "Kỳ tích của chị Mây: mô hình có một không hai, và lại một kỳ tích."
    found = calm(text, HYPE)
    assert [each.quote for each in found] == ["Kỳ tích", "có một không hai", "kỳ tích"]
    assert all(text[each.start : each.end] == each.quote for each in found)
    assert all(each.suggestion for each in found)
    assert found[0].suggestion != found[1].suggestion


def test_part_of_a_word_and_calm_words_are_left_alone() -> None:
    assert calm("Chị Mây bán 45 tấn thịt; thiên tài chính là tên quán.", ()) == ()
    assert calm("Chị Mây bán 45 tấn thịt mỗi năm.", HYPE) == ()
    assert not calm("phithườngxuyên", HYPE)


def test_both_placements_of_the_tone_are_one_word() -> None:
    [group] = [group for group in HYPE if group.slug == "exaggeration"]
    toned = group.model_copy(update={"phrases": ("huỷ diệt mọi kỷ lục",)})
    assert calm("Anh Páo hủy diệt mọi kỷ lục.", [toned])[0].quote == "hủy diệt mọi kỷ lục"
