"""Pages in other languages: what our rules and trafilatura agree on is the text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pipeline.extract import extract

NOW = datetime(2026, 11, 2, tzinfo=UTC)
LEAD = "A retired teacher has taught two hundred children of the hills to swim, free of charge."
TEXT = (
    "HOI AN - Every summer morning at five Mr Lam opens the gate of the small pool behind his"
    " house, and the children of four villages come down the path with towels on their shoulders.",
    "He began after a flood took three pupils of his class, and he has not missed a season since."
    " The district now lends him two instructors and pays for the water that the pool needs.",
    "“I only wanted to sleep at night,” he says. The school counts no drowned child in nine years,"
    " and neighbouring districts have sent their own teachers to learn how he goes about it.",
)
BIO = (
    "Ann Example writes about the coast. She has lived in four countries, keeps two cats, and"
    " publishes a letter about food every Sunday that eight thousand people read with pleasure."
)
PAGE = f"""<html lang="en"><head><title>The pool behind the house</title>
<meta property="og:type" content="article"><meta property="og:description" content="{LEAD}">
</head><body><header><a href="/">Home</a> <a href="/news">News</a></header>
<article><h1>The pool behind the house</h1>
<p>{LEAD}</p><p>{TEXT[0]}</p><p>{TEXT[1]}</p>
<p>Read more: a festival for the fishermen of the bay</p>
<p>{TEXT[2]}</p>
<p>Subscribe to our newsletter and follow us on every network there is</p></article>
<div class="card"><p>{BIO}</p></div></body></html>"""


def _paragraphs(page: str) -> tuple[str, ...]:
    url = "https://coast.example/2026/11/the-pool-behind-the-house"
    return extract(page.encode(), url=url, now=NOW).paragraphs


def test_the_text_and_nothing_around_it() -> None:
    assert _paragraphs(PAGE) == (LEAD, *TEXT)


def test_a_paragraph_told_twice_stands_once() -> None:
    twice = PAGE.replace(f"<p>{TEXT[2]}</p>", f"<p>{TEXT[2]}</p><p>{TEXT[1]}</p>")
    assert _paragraphs(twice).count(TEXT[1]) == 1


def test_soft_hyphens_are_not_of_the_text() -> None:
    assert _paragraphs(PAGE.replace("neighbouring", "neigh\u00adbouring")) == (LEAD, *TEXT)


def test_what_a_script_is_to_show_is_read() -> None:
    hidden = PAGE.replace("<body>", '<body><div style="visibility:hidden">').replace(
        "</body>", "</div></body>"
    )
    assert _paragraphs(hidden)[:4] == (LEAD, *TEXT)


def test_a_page_inside_an_unclosed_element_is_read() -> None:
    unclosed = PAGE.replace("<body>", '<body><noscript><img src="/c.gif">')
    assert _paragraphs(unclosed)[:4] == (LEAD, *TEXT)


def test_what_readers_wrote_is_no_text() -> None:
    said = "".join(
        f'<li class="comment"><p>{name} learned to swim there as a child, and we still meet each'
        " summer to clean the pool with him before the first lesson begins.</p></li>"
        for name in ("My brother", "Our neighbour", "A colleague of mine")
    )
    page = PAGE.replace("</article>", f'</article><ol class="comment-list">{said}</ol>')
    assert _paragraphs(page) == (LEAD, *TEXT)


def test_a_headline_told_again_in_other_words_is_no_text() -> None:
    page = PAGE.replace(f"<p>{LEAD}</p>", f"<h2>Behind the house: the pool</h2><p>{LEAD}</p>")
    assert _paragraphs(page)[0] == LEAD


def test_the_text_that_only_the_data_of_the_page_hold() -> None:
    """A script would show it; the page itself only asks readers to log in."""
    asked = "".join(
        f"<p>{line}</p>"
        for line in (
            "You have read all five of this month's free stories, and we are glad of it.",
            "Log in or choose one of our three subscriptions to go on reading wherever you are.",
        )
    )
    whole = " ".join((LEAD, *TEXT))
    data = json.dumps({"@type": "NewsArticle", "headline": "The pool", "articleBody": whole})
    page = PAGE.replace("</head>", f'<script type="application/ld+json">{data}</script></head>')
    for line in (LEAD, *TEXT):
        page = page.replace(f"<p>{line}</p>", "")
    page = page.replace("</h1>", f"</h1>{asked}")
    assert _paragraphs(page) == (whole,)
