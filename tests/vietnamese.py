"""A short article of our own, and the old ways to write Vietnamese down."""

from __future__ import annotations

from unicodedata import normalize

from pipeline.text.legacy import _TCVN3, _VNI

HEADLINE = "Người giữ rừng quế trên núi cao"
STORY = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "Hơn hai mươi năm nay, sáng nào anh Giàng Seo Vần cũng đi một vòng quanh rừng của bản.",
        "Anh vận động bà con trồng lại quế trên những quả đồi trọc, mỗi nhà góp một ngày công.",
        "Đến nay cả bản đã có hơn trăm héc ta rừng, không còn hộ nào phải đi làm thuê xa nhà.",
    )
)


def page_of(title: str, text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>{title}</title></head><body><h1>{title}</h1>{text}</body>"


def legacy(name: str, text: str) -> str:
    """Our text in one of the font encodings, as whoever reads it for Windows-1252 sees it."""
    if name == "tcvn3":
        table = {meant: old for old, meant in _TCVN3.items()}
        return "".join(table.get(char, char) for char in text)
    table = {meant: old for old, meant in _VNI.items()}
    return "".join(table.get(char, char) for char in text)


def windows_1258(text: str) -> bytes:
    """Tone marks stand after their letter there; roofs, horns and breves belong to it."""
    out = []
    for char in text:
        letter, marks = normalize("NFD", char)[0], normalize("NFD", char)[1:]
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        rest = "".join(mark for mark in marks if mark not in tones)
        out.append(normalize("NFC", letter + rest) + tones)
    return "".join(out).encode("cp1258")
