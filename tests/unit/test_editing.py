from __future__ import annotations

from datetime import date

import pytest

from pipeline.config.editing import CannotEdit, enable

DAY = date(2026, 11, 22)
TEXT = """# đầu tệp
sources:
# ghi chú của báo Một
- key: mot
  name: Báo Một
  province: Lào Cai
  home: https://mot.vn  # trang chủ
  enabled: false   # chưa thử

- enabled: false
  key: hai
  name: Báo Hai
  province: Huế
  home: https://hai.vn
  verified: 2025-01-01
- key: ba
  name: Báo Ba
  province: Huế
  home: https://ba.vn
- {key: bon, name: Báo Bốn, province: Huế, home: 'https://bon.vn', enabled: false}"""


def test_only_two_lines_change() -> None:
    edited = enable(TEXT, "mot", DAY)
    assert edited == TEXT.replace(
        "  enabled: false   # chưa thử\n", "  enabled: true   # chưa thử\n  verified: 2026-11-22\n"
    )


def test_keys_already_there_are_changed_in_place() -> None:
    edited = enable(TEXT, "hai", DAY)
    assert edited == TEXT.replace("- enabled: false\n", "- enabled: true\n").replace(
        "2025-01-01", "2026-11-22"
    )


def test_missing_keys_are_added_at_the_end_of_the_entry() -> None:
    edited = enable(TEXT, "ba", DAY)
    assert "  home: https://ba.vn\n  enabled: true\n  verified: 2026-11-22\n- {key: bon" in edited


def test_an_entry_on_one_line_is_left_to_a_person() -> None:
    with pytest.raises(CannotEdit, match="bon"):
        enable(TEXT, "bon", DAY)


def test_unknown_key() -> None:
    with pytest.raises(KeyError):
        enable(TEXT, "nam", DAY)
