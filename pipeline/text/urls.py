"""One spelling per address, so that one article found three ways is one article."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna

_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign)\w*|mc_[ce]id|ga_\w+|_ga\w*|pk_\w+|mtm_\w+|hsa_\w+|vero_\w+"
    r"|[fgt]clid|dclid|gclsrc|g?wbraid|gbraid|msclkid|yclid|twclid|ttclid|igshid|igsh"
    r"|zarsrc|zsrc|gidzl|zalo_src"
    r"|fb_(?:action|ref|source)\w*|fbclid|mibextid|srsltid|gad_\w+|_hs(?:enc|mi)|mkt_tok|s_cid|spm|cmpid"
    r"|ncid|wt_zmc|_branch_match_id|amp|amp_\w+|usqp|outputtype",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|session_?id|sessid|cfid|cftoken",
    re.IGNORECASE,
)
_LONG_TOKEN = re.compile(r"[0-9A-Za-z]{16,}")
_PATH_SESSION = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;?]*"
    r"|/\((?:[a-z]\([\w-]+\))+\)(?=/|$)",  # ASP.NET without cookies: /(S(lit3py55))/tin.aspx
    re.IGNORECASE,
)
_PATH_AMP = re.compile(r"/amp/?$", re.IGNORECASE)
_READER_HOST = re.compile(r"^(?:www|m|mobi|mobile|wap|amp)\.(?=[^.]+\.[^.]+)")
_AMP_CACHE = re.compile(
    r"https?://(?:(?:[\w-]+\.)*(?:cdn\.ampproject\.org|bing-amp\.com)/(?:c|v|wp)"
    r"|(?:www\.)?google(?:\.\w{2,3}){1,2}/amp)"
    r"/(s/)?(?=[^/?#]+\.[^/?#])",
    re.IGNORECASE,
)
"""``https://bao-vn.cdn.ampproject.org/c/s/bao.vn/a.html``: ``s`` says that the outlet has https."""
_NUMBERED = re.compile(r"[^/]{8,}?([-_.](?:[a-z]{1,6})?\d{5,}(?:\.\w{2,5})?)/?$")
"""Words, then the article's number."""
_DIGITS = re.compile(r"\d{5,}")
_EXTENSION = re.compile(r"(?:\.amp)?\.\w{2,5}$|\.amp$")
_SHORTEST_NAME = 12
"""Characters of a headline in an address; sections and scripts (``detail.aspx``) have fewer."""
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/:@!$&'()*+,;=~-._"
_QUERY_SAFE = "/:@!$'()*,;?~-._"
_NOISE = re.compile(r"[\x00-\x1f\x7f]+")


def canonical_url(url: str, *, keep_case: bool = True) -> str:
    """The address without what does not name the article.

    The outlet's own host where a cache of AMP pages is named; lower-case ASCII host (IDNA) without
    ``www.``, mobile or AMP prefix (other sub-domains are other sites), log-in, default port or
    final dot; path without dot segments, session ids or a final ``/amp``; query sorted, without
    tracking and session parameters; no fragment. Percent-encoding is made uniform. Idempotent.

    Args:
        url: absolute http(s) address; anything else comes back only trimmed.
        keep_case: False lowers path and query as well (``keep_case`` of the source).
    """
    # What blanks stand before a fragment are at the end as well.
    text = unicodedata.normalize("NFC", _NOISE.sub("", url).partition("#")[0].strip())
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return text
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return text
    authority = _host(host)
    if not authority:
        return text
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        authority += f":{port}"
    path, query = _path(parts.path), _query(parts.query)
    if not keep_case:
        path, query = _path(_lower(path)), _query(_lower(query))
    told = urlunsplit((parts.scheme, authority, path, query, ""))
    own = outlets_own(told)
    return told if own == told else canonical_url(own, keep_case=keep_case)


def stated_address(url: str, stated: str) -> str:
    """The canonical address of the page at ``url``, which states ``stated`` of itself by
    ``rel=canonical``.

    That is believed where it leads to the same outlet's host and to the same name or number of an
    article: some systems state their front page, a section or another site on every page.
    """
    own = canonical_url(url)
    try:
        told = canonical_url(urljoin(url, stated)) if stated else own
        same_site = urlsplit(told).netloc == urlsplit(own).netloc
    except ValueError:
        return own
    return told if same_site and _names_of(told) & _names_of(own) else own


def _names_of(url: str) -> set[str]:
    """The last segment without its extension, and numbers long enough to be an article's own."""
    parts = urlsplit(url)
    words = _EXTENSION.sub("", parts.path.rstrip("/").rpartition("/")[2])
    named = {words} if len(words) >= _SHORTEST_NAME else set()
    return named | set(_NUMBER.findall(f"{parts.path}?{parts.query}"))


def public_link(url: str) -> str:
    """The address of a page that answered, for readers: without tracking, session and fragment.

    ``canonical_url`` names an article and may not answer: not every ``m.bao.vn/x`` has its like
    under ``bao.vn/x``. This keeps host, path and what else the query says, as they are.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS:
        return url
    fields = [field for field in parts.query.split("&") if _names_the_page(*field.split("=", 1))]
    path = _PATH_SESSION.sub("", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(fields), ""))


def outlets_own(url: str) -> str:
    """``url``, or of a copy in a cache of AMP pages the address at the outlet itself."""
    while cached := _AMP_CACHE.match(url):
        url = ("https://" if cached[1] else "http://") + url[cached.end() :]
    return url


def same_address(url: str) -> str:
    """``url`` without its scheme: http and https of one canonical address are one article."""
    return url.partition("://")[2] or url


def numbered_end(url: str) -> str | None:
    """The end of an article's path with its number, ``-post123456.html`` of
    ``/tit-cu-post123456.html``: outlets edit the words before it."""
    found = _NUMBERED.search(urlsplit(url).path)
    return found[1] if found else None


def address_marks(url: str) -> set[str]:
    """SHA-256 (hex) that tell a canonical address again without keeping it: of ``same_address``
    and, where it ends in an article's number that is no date, of host and that end."""
    address = same_address(url)
    known = {address}
    end = numbered_end(url)
    if end and not _is_date(_DIGITS.findall(end)[0]):
        known.add(f"{address.partition('/')[0]} {end}")
    return {hashlib.sha256(each.encode()).hexdigest() for each in known}


def _is_date(digits: str) -> bool:
    for form in {8: ("%Y%m%d", "%d%m%Y"), 6: ("%y%m%d", "%d%m%y")}.get(len(digits), ()):
        with suppress(ValueError):
            datetime.strptime(digits, form)  # noqa: DTZ007 - whether it is one, not which
            return True
    return False


def either_scheme(url: str) -> tuple[str, str]:
    """The two canonical addresses that ``same_address`` does not tell apart."""
    bare = same_address(url)
    return f"http://{bare}", f"https://{bare}"


@lru_cache(maxsize=1000)
def _host(host: str) -> str:
    if ":" in host:  # IPv6 literal
        return f"[{host}]"
    host = host.rstrip(".")
    try:
        host = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        host = quote(host.lower(), safe=_PATH_SAFE + "%")
    while (shorter := _READER_HOST.sub("", host)) != host:
        host = shorter
    return host


def _path(path: str) -> str:
    path = _recode(path, _PATH_SAFE)
    while (bare := _PATH_AMP.sub("", _without_dots(_PATH_SESSION.sub("", path)))) != path:
        path = bare
    return path or "/"


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4; double slashes stay, a final slash stays."""
    if not re.search(r"/\.\.?(?:/|$)", path):
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    kept = []
    for field in query.split("&"):
        name, equals, value = field.partition("=")
        name, value = _recode(name, _QUERY_SAFE), _recode(value, _QUERY_SAFE + "=")
        if _names_the_page(name, value):
            kept.append(name + equals + value)
    return "&".join(sorted(kept))


def _names_the_page(name: str, value: str = "") -> bool:
    if not name or _TRACKING.fullmatch(name) or _SESSION.fullmatch(name):
        return False
    # "sid" is a session in some systems and the story's number in others.
    return not (name.lower() == "sid" and _LONG_TOKEN.fullmatch(value))


def _recode(text: str, safe: str) -> str:
    """Percent-encode what must be, decode what need not be, hex digits in upper case."""
    out = []
    for piece in re.split(r"(%[0-9A-Fa-f]{2})", text):
        if len(piece) == 3 and piece[0] == "%":
            char = unquote_to_bytes(piece)
            plain = char.isalnum() or char in (b"-", b".", b"_", b"~")
            out.append(char.decode("ascii") if plain else piece.upper())
        else:
            out.append(quote(piece, safe=safe, errors="replace"))
    return "".join(out)


def _lower(text: str) -> str:
    """ASCII letters in lower case; percent escapes stay (their hex digits are upper case)."""
    return re.sub(r"%[0-9A-F]{2}|[A-Z]+", lambda found: _unescaped_lower(found[0]), text)


def _unescaped_lower(piece: str) -> str:
    return piece if piece.startswith("%") else piece.lower()
