from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.text.urls import canonical_url, public_link, same_address, stated_address


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://bao.vn", "https://bao.vn/"),
        ("HTTPS://Bao.VN:443/Tin-Tuc/a.html#binh-luan", "https://bao.vn/Tin-Tuc/a.html"),
        ("http://bao.vn:80/a", "http://bao.vn/a"),
        ("http://127.0.0.1:8801/a", "http://127.0.0.1:8801/a"),
        ("https://m.bao.vn/a.html", "https://bao.vn/a.html"),
        ("https://amp.bao.vn/a.html", "https://bao.vn/a.html"),
        ("https://www.bao.vn/a.html", "https://bao.vn/a.html"),
        ("https://www.m.bao.vn/a.html", "https://bao.vn/a.html"),
        ("https://yenbai.bao.vn/a.html", "https://yenbai.bao.vn/a.html"),
        ("https://m.yenbai.bao.vn/a.html", "https://yenbai.bao.vn/a.html"),
        ("https://m.vn/a", "https://m.vn/a"),
        ("https://www.vn/a", "https://www.vn/a"),
        ("https://bao.vn/a/amp/", "https://bao.vn/a"),
        ("https://bao.vn/a.html?utm_source=zalo&utm_medium=x&zarsrc=30", "https://bao.vn/a.html"),
        ("https://bao.vn/a?gidzl=x-Y_1&zalo_src=2&id=7", "https://bao.vn/a?id=7"),
        ("https://bao.vn/a?fbclid=1&gclid=2&id=7", "https://bao.vn/a?id=7"),
        ("https://bao.vn/a?b=2&a=1", "https://bao.vn/a?a=1&b=2"),
        ("https://bao.vn/a;jsessionid=0FA1?x=1", "https://bao.vn/a?x=1"),
        ("https://bao.vn/a?PHPSESSID=abc", "https://bao.vn/a"),
        ("https://bao.vn/(S(lit3py55t21z5v55))/tin.aspx?id=3", "https://bao.vn/tin.aspx?id=3"),
        ("https://bao.vn/(A(x1)F(y_2)S(z3))/tin.aspx", "https://bao.vn/tin.aspx"),
        ("https://bao.vn/so-(5)/tin(1).aspx", "https://bao.vn/so-(5)/tin(1).aspx"),
        ("https://bao-vn.cdn.ampproject.org/c/s/bao.vn/a.html?amp=1", "https://bao.vn/a.html"),
        (
            "https://cdn.ampproject.org/v/s/m.bao.vn/a/amp?amp_js_v=0.1&usqp=m&id=7#x",
            "https://bao.vn/a?id=7",
        ),
        ("https://www.google.com.vn/amp/s/amp.bao.vn/a.html", "https://bao.vn/a.html"),
        ("https://www.google.com/amp/bao.vn/a.html", "http://bao.vn/a.html"),
        ("https://bao-vn.bing-amp.com/c/s/bao.vn/a.html", "https://bao.vn/a.html"),
        ("https://cdn.ampproject.org/c/s/cdn.ampproject.org/c/bao.vn/a", "http://bao.vn/a"),
        ("https://cdn.ampproject.org/c/s/", "https://cdn.ampproject.org/c/s/"),
        ("https://bao.vn/amp/s/khac.vn/a.html", "https://bao.vn/amp/s/khac.vn/a.html"),
        ("https://bao.vn/a?sid=123", "https://bao.vn/a?sid=123"),
        ("https://bao.vn/a?sid=0123456789abcdef0123", "https://bao.vn/a"),
        ("https://bao.vn/x/../tin/./a", "https://bao.vn/tin/a"),
        ("https://bao.vn/../../a/..", "https://bao.vn/"),
        ("https://báo.vn/a", "https://xn--bo-mia.vn/a"),
        ("https://bao.vn/lào-cai", "https://bao.vn/l%C3%A0o-cai"),
        ("https://bao.vn/l%c3%a0o%2dcai", "https://bao.vn/l%C3%A0o-cai"),
        ("https://user:pass@bao.vn./a", "https://bao.vn/a"),
        ("https://[::1]:8000/a", "https://[::1]:8000/a"),
        (" https://bao.vn/a\n", "https://bao.vn/a"),
        ("https://bao.vn/tin/bai 1.html", "https://bao.vn/tin/bai%201.html"),
        ("mailto:toasoan@bao.vn", "mailto:toasoan@bao.vn"),
        ("https://bao.vn:99999/a", "https://bao.vn:99999/a"),
    ],
)
def test_canonical_form(given_url: str, expected: str) -> None:
    assert canonical_url(given_url) == expected


def test_case_is_kept_unless_the_source_says_otherwise() -> None:
    url = "https://bao.vn/Thoi-su/Tin%2FMoi?ID=A"
    assert canonical_url(url) == "https://bao.vn/Thoi-su/Tin%2FMoi?ID=A"
    assert canonical_url(url, keep_case=False) == "https://bao.vn/thoi-su/tin%2Fmoi?id=a"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("https://www.bao.vn/xa-hoi/chi-may-trong-que-123456.html", "the stated one"),
        ("/xa-hoi/chi-may-trong-que-123456.html", "the stated one"),
        ("https://bao.vn/tin.aspx?id=123456", "the stated one"),
        ("https://bao.vn/xa-hoi/chi-may-trong-que-123456.amp.html", "the stated one"),
        ("", "its own"),
        ("https://bao.vn/", "its own"),
        ("https://bao.vn/xa-hoi/", "its own"),
        ("https://bao.vn/xa-hoi/bai-khac-han-654321.html", "its own"),
        ("https://yenbai.bao.vn/chi-may-trong-que-123456.html", "its own"),
        ("https://bao-khac.vn/chi-may-trong-que-123456.html", "its own"),
        ("http://[", "its own"),
    ],
)
def test_a_page_is_believed_about_its_address_within_reason(stated: str, expected: str) -> None:
    url = "https://m.bao.vn/chi-may-trong-que-123456.html"
    own = canonical_url(url)
    told = canonical_url(urljoin(url, stated)) if expected == "the stated one" else own
    assert stated_address(url, stated) == told


def test_http_and_https_name_the_same_article() -> None:
    assert same_address("http://bao.vn/a") == same_address("https://bao.vn/a")


URLS = st.one_of(
    st.text(max_size=80),
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "HTTPS", "https"]),
        st.sampled_from(
            [
                *("m.bao.vn", "www.m.bao.vn", "Báo.VN.", "amp.m.bao.com.vn", "[::1]", "a_b.vn"),
                *(".", "bao-vn.cdn.ampproject.org/c/s/bao.vn", "www.google.com/amp/x.vn"),
            ]
        ),
        st.sampled_from(["", ":80", ":443", ":8080"]),
        st.text(alphabet="aZ%2fé./;=jsessionid~+ amp", max_size=40),
        st.text(alphabet="aZ%2f&=utm_sidé+/?;", max_size=40),
        st.text(max_size=5),
    ),
)


@given(URLS, st.booleans())
def test_canonical_is_idempotent(url: str, keep_case: bool) -> None:
    once = canonical_url(url, keep_case=keep_case)
    assert canonical_url(once, keep_case=keep_case) == once


@pytest.mark.parametrize(
    ("answered", "shown"),
    [
        ("https://m.bao.vn/a.html?utm_source=rss#binh-luan", "https://m.bao.vn/a.html"),
        ("https://bao.vn/a/amp/", "https://bao.vn/a/amp/"),
        ("http://bao.vn:8080/A.aspx?id=5&zarsrc=30&b=1", "http://bao.vn:8080/A.aspx?id=5&b=1"),
        ("https://bao.vn/a;jsessionid=0F3A?sid=12", "https://bao.vn/a?sid=12"),
        ("https://bao.vn/tin-tức?x", "https://bao.vn/tin-tức?x"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_the_link_for_readers_is_the_address_that_answered(answered: str, shown: str) -> None:
    assert public_link(answered) == shown


@given(st.text(max_size=60))
@example("\x85#")
def test_the_link_for_readers_stays_the_same_article(text: str) -> None:
    url = f"https://bao.vn/{text}"
    assert canonical_url(public_link(url)) == canonical_url(url)
    assert public_link(public_link(url)) == public_link(url)
