import pytest

from pipeline.text.charsets import charset


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("UTF-8", "utf-8"),
        ("windows-1258", "cp1258"),
        ("x-cp1252", None),
        ("ISO-8859-1", "iso8859-1"),
        ("utf-16", "utf-16"),
        *((label, None) for label in ("", "zlib", "rot13", "hex", "a\x00b", "ề", "x" * 99)),
        *((label, None) for label in ("punycode", "IDNA", "undefined", "utf-7", "UTF7")),
        *((label, None) for label in ("unicode_escape", "raw-unicode-escape")),
    ],
)
def test_charset(label: str, name: str | None) -> None:
    assert charset(label) == name
