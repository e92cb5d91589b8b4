"""From the bytes of a feed or sitemap to safe text: charset, control characters, DOCTYPE."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterator
from html import escape
from html.entities import html5

from pipeline.text.charsets import charset
from pipeline.text.legacy import to_unicode

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"^[\s\x00]*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MISC = re.compile(r"[^<]*(?:<!--.*?-->|<\?.*?\?>)", re.DOTALL)
"""Comments, processing instructions and the XML declaration; a root element that stands inside one
must not hide a DOCTYPE behind it."""
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!#)(\w{1,32};)?")
_XML_NAMES = {"amp;", "lt;", "gt;", "quot;", "apos;"}
_PROLOG_END = re.compile(r"<[^\W\d]")
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SINGLE_BYTE = "windows-1258"
"""The fallback: Vietnamese Windows text. It decodes nearly any byte."""


class UnsafeXml(ValueError):
    """The document declares a DOCTYPE or entities: no feed needs them, bombs do."""


def decode(body: bytes, content_type: str | None = None) -> str:
    """Read bytes as text, believing what the bytes prove before what labels claim.

    Order: byte order mark; valid UTF-8 (text in another charset is not valid UTF-8 by accident, so
    a wrong label does no harm); the XML declaration; the header; windows-1258. Bytes that fit
    nowhere become U+FFFD. Never raises.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if b"\x00" in body[:4]:  # UTF-16 without a mark
        encoding = "utf-16-be" if body[:1] == b"\x00" else "utf-16-le"
        return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.match(body)
    labels = [declared[1].decode("ascii")] if declared else []
    labels += _HEADER.findall(content_type or "")[:1]
    for name in map(charset, labels):
        if name and not name.startswith("utf-"):  # those have been tried
            return body.decode(name, "replace")
    # Mostly UTF-8 with a few broken bytes is more likely than a single-byte text.
    repaired = body.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    return repaired if broken * 50 < len(repaired) else body.decode(_SINGLE_BYTE, "replace")


def safe_xml(body: bytes, content_type: str | None = None) -> str:
    """Text that may be handed to an XML parser: no declaration, DOCTYPE or control characters, no
    bare ``&`` and no names of HTML such as ``&agrave;``; TCVN3 and VNI read right.

    Raises:
        UnsafeXml: the prolog has a DOCTYPE or ENTITY.
    """
    text = _NOT_XML.sub("", decode(body, content_type)).lstrip("\ufeff")
    start = 0
    while misc := _MISC.match(text, start):
        start = misc.end()
    root = _PROLOG_END.search(text, start)
    if _DOCTYPE.search(text, start, root.start() if root else len(text)):
        raise UnsafeXml("the document declares a DOCTYPE or entities")
    sound = _REFERENCE.sub(_sound_reference, text[start:].lstrip())
    return to_unicode("<![CDATA[".join(_without_bare_ampersands(sound.split("<![CDATA["))))


def _without_bare_ampersands(pieces: list[str]) -> Iterator[str]:
    """Outlets write ``<loc>/t.aspx?id=1&cat=2</loc>``, of which a lenient parser makes ``id=1=2``.

    Args:
        pieces: of a document cut before each CDATA section, which stays as it is.
    """
    for number, piece in enumerate(pieces):
        plain, end, markup = piece.partition("]]>") if number else ("", "", piece)
        yield plain + end + _AMPERSAND.sub(_xml_reference, markup)


def _xml_reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    known = name in html5 and name not in _XML_NAMES
    return escape(html5[name]) if known else found[0]


def _sound_reference(found: re.Match[str]) -> str:
    """The reference, or nothing for half a letter or what lies outside Unicode: parsers that are
    asked for one raise."""
    digits = found[1] or found[2]
    code = int(digits, 16 if found[1] else 10) if len(digits) <= 8 else sys.maxunicode + 1
    return found[0] if code <= sys.maxunicode and not _NOT_XML.match(chr(code)) else ""
