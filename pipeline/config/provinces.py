"""Today's provinces, and what their former parts and other spellings resolve to."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from pydantic import model_validator

from pipeline.config.home import defaults_dir
from pipeline.config.yamlfile import Strict, load_yaml
from pipeline.text.fold import fold, fold_search, nfc

CENTRAL = "Trung ương"
"""Stands where a source's province stands: the outlet belongs to no province."""
_TYPE = re.compile(r"^(tinh|thanh pho|tp\.?)\s+")
_NOT_LETTERS = re.compile(r"[\s.\-–]+")


class Province(Strict):
    name: str
    code: str
    """Of the General Statistics Office, as since 2025-07-01."""
    type: Literal["tỉnh", "thành phố"]
    merged: tuple[str, ...] = ()
    """Former provinces that are now part of it."""
    aliases: tuple[str, ...] = ()


class ProvinceFile(Strict):
    provinces: tuple[Province, ...]

    @model_validator(mode="after")
    def _one_meaning_each(self) -> ProvinceFile:
        seen: dict[str, str] = {}
        for province in self.provinces:
            for name in (province.name, *province.merged, *province.aliases):
                other = seen.setdefault(fold(nfc(name)), province.name)
                if other != province.name:
                    raise ValueError(f"'{name}' stands under {other} and {province.name}")
        return self


@cache
def provinces() -> tuple[Province, ...]:
    """The shipped table; it is a fact of law, not a matter of taste, so no home overrides it."""
    return load_yaml(defaults_dir() / "taxonomy" / "provinces.yaml", ProvinceFile).provinces


def province_names() -> tuple[str, ...]:
    return tuple(province.name for province in provinces())


def resolve_province(name: str) -> str | None:
    """Today's province for a name as typed: any case, with or without diacritics or the type word,
    old or new. None when no province is called so."""
    return _names().get(_key(name))


def resolve_area(name: str) -> str | None:
    """As ``resolve_province``, and ``Trung ương`` for outlets of the whole country."""
    return CENTRAL if _key(name) == _key(CENTRAL) else resolve_province(name)


@cache
def _names() -> dict[str, str]:
    table: dict[str, str] = {}
    for province in provinces():
        for name in (*province.merged, *province.aliases):
            table.setdefault(_key(name), province.name)
    for province in provinces():
        table[_key(province.name)] = province.name
    return table


def _key(name: str) -> str:
    folded = " ".join(fold_search(nfc(name)).split())
    return _NOT_LETTERS.sub("", _TYPE.sub("", folded))
