"""Addresses in ``.env``: a wrong one is told with its line and without its password."""

from __future__ import annotations

from pathlib import Path

import environ
import pytest

from pipeline.config import variables
from pipeline.config.yamlfile import ConfigError

SQLITE = "sqlite:////srv/guongsang/guongsang.sqlite3"


def env_of(file: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> environ.Env:
    for name in ("DATABASE_URL", "EMAIL_URL", "GUONGSANG_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    file.write_text(text, "utf-8")
    env = environ.Env()
    values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return env


def read_all(env: environ.Env, file: Path) -> None:
    variables.database(env, file, SQLITE)
    variables.mail(env, file)
    variables.log_level(env, file)


@pytest.mark.parametrize(
    "wrong",
    [
        "DATABASE_URL=postgres://a:mat-khau@may:abc/x",
        "DATABASE_URL=postgres://a:mat-khau/9@may/x",
        "DATABASE_URL=mysql://a:mat-khau@may/x",
        "DATABASE_URL=mat-khau",
        "EMAIL_URL=smtp://a:mat-khau@may:abc",
        "EMAIL_URL=mat-khau",
        "GUONGSANG_LOG_LEVEL=ỒN",
    ],
)
def test_what_is_no_address_is_told(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    file = tmp_path / ".env"
    env = env_of(file, f"# bí mật\n{wrong}\n", monkeypatch)
    with pytest.raises(ConfigError) as told:
        read_all(env, file)
    name, _, _value = wrong.partition("=")
    assert str(told.value).startswith(f"{file}:2: {name}: no ")
    assert "→" in str(told.value)
    assert "mat-khau" not in str(told.value)
    assert not recwarn


def test_what_comes_from_outside_the_file_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_URL", "thu")
    with pytest.raises(ConfigError, match=r"environment:1: EMAIL_URL"):
        variables.mail(environ.Env(), tmp_path / ".env")


def test_right_ones_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    env = env_of(
        file, "EMAIL_URL=smtp+tls://a:b%40@may:587\nGUONGSANG_LOG_LEVEL=info\n", monkeypatch
    )
    assert variables.mail(env, file)["EMAIL_HOST_PASSWORD"] == "b@"
    assert variables.log_level(env, file) == "INFO"
    assert variables.database(env, file, SQLITE)["NAME"] == "/srv/guongsang/guongsang.sqlite3"
