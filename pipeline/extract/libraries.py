"""Other people's extractors behind one form: HTML to paragraphs. Neither touches the network."""

from __future__ import annotations

import warnings

import trafilatura

from pipeline.extract.charset import clean


def trafilatura_paragraphs(html: str, url: str, *, fast: bool = False) -> tuple[str, ...]:
    """The text alone, in trafilatura's precise mode or in its fast one, which asks no others."""
    text = trafilatura.extract(
        html,
        url=url,
        favor_precision=not fast,
        fast=fast,
        include_comments=False,
        with_metadata=False,
    )
    return _lines(text or "")


def newspaper_paragraphs(html: str, url: str) -> tuple[str, ...]:
    """newspaper4k on HTML at hand; it would fetch images unless told not to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "nltk is not installed": we use none of its NLP
        import newspaper

    article = newspaper.Article(url, fetch_images=False, language="vi")
    article.download(input_html=html)
    article.parse()
    return _lines(article.text)


def _lines(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in clean(text).splitlines())
    return tuple(line for line in lines if line)
