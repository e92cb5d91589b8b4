"""A drafted summary: exact spans, the right length, who, deed, result and place, and no more."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.fidelity.checking import check
from pipeline.judge.reading.sentences import sentences
from pipeline.judge.summary.drafting import draft_summary
from pipeline.judge.summary.pieces import LONGEST, SHORTEST, Piece, pieces
from pipeline.shapes import (
    ArticleText,
    ExemplarKind,
    ExemplarLabel,
    ExemplarOpinion,
    Judgement,
    Summary,
)

WEAVER = ArticleText(
    title="Sùng Thị Páo - người giữ nghề dệt lanh ở Tả Van Chư",
    sapo="(LC) - Giữa những nếp nhà trình tường, tiếng khung cửi chưa bao giờ tắt.",
    text=(
        "Sáng sớm, sương còn phủ kín thôn Lùng Phình.\n"
        "Ảnh: Minh Khôi\n"
        "Theo đó, năm 2011, bà Sùng Thị Páo ở xã Tả Van Chư, tỉnh Lào Cai đứng ra "
        "lập Hợp tác xã Lanh Lùng Phình và dạy nghề dệt lanh "
        "cho phụ nữ trong xã.\n"
        "Bà kể với chúng tôi: “Hồi ấy chưa ai tin nghề này nuôi được người. Tôi cứ làm”.\n"
        "Đến nay, hợp tác xã của bà Páo có 46 thành viên, thu nhập bình quân 5,5 triệu đồng mỗi "
        "tháng, góp phần giữ gìn bản sắc của đồng bào.\n"
        "Khung cửi\n"
        "Mùa lanh năm sau đang đến. Người trong bản lại rủ nhau ra nương."
    ),
)
SUBJECT = Judgement(
    exemplar=ExemplarOpinion(ExemplarLabel.YES, 0.97, ExemplarKind.INDIVIDUAL, "Sùng Thị Páo")
)
NOTHING = Judgement(exemplar=ExemplarOpinion(ExemplarLabel.NO, 0.1))


def spans_are_exact(article: ArticleText, summary: Summary) -> bool:
    fields = {
        "sapo": unicodedata.normalize("NFC", article.sapo or ""),
        "text": unicodedata.normalize("NFC", article.text),
    }
    return all(fields[p.field][p.start : p.end] == p.text for p in summary.sentences)


def test_it_says_who_did_what_where_with_what_result() -> None:
    text = draft_summary(WEAVER, SUBJECT).text
    for told in ("Sùng Thị Páo", "xã Tả Van Chư", "dạy nghề dệt lanh", "46 thành viên"):
        assert told in text
    assert SHORTEST <= len(text.split()) <= LONGEST
    assert text.startswith("Năm 2011")


def test_no_credit_heading_or_first_person() -> None:
    text = draft_summary(WEAVER, SUBJECT).text
    for left_out in ("Ảnh", "Khung cửi", "chúng tôi", "(LC)"):
        assert left_out not in text


def test_spans_are_exact_and_the_text_is_made_of_them() -> None:
    summary = draft_summary(WEAVER, SUBJECT)
    assert spans_are_exact(WEAVER, summary)
    rest = summary.text.casefold()
    for piece in summary.sentences:
        assert rest.startswith(piece.text.casefold())
        rest = rest[len(piece.text) :].lstrip(". ")
    assert rest == ""


def test_a_draft_is_faithful() -> None:
    source = "\n".join(part for part in (WEAVER.title, WEAVER.sapo, WEAVER.text) if part)
    assert check(draft_summary(WEAVER, SUBJECT).text, source).unsupported == ()


def test_without_a_subject_it_takes_the_name_the_article_is_about() -> None:
    assert "Sùng Thị Páo" in draft_summary(WEAVER, NOTHING).text


def test_two_sentences_of_a_television_page_are_the_summary() -> None:
    page = ArticleText(
        title="Thầy giáo cắm bản",
        text="Mười năm qua, thầy Lò Văn Pâng dạy chữ ở bản Huổi Lóng. Lớp của thầy có 19 em.",
    )
    assert draft_summary(page, NOTHING).text == page.text


def test_an_empty_article_has_an_empty_summary() -> None:
    assert draft_summary(ArticleText(title="Tin", text=""), NOTHING) == Summary("")


@pytest.mark.parametrize(
    "ending",
    [
        "nhưng không nhận tiền công của bất cứ ai trong xã",
        "và chưa hộ nào thoát nghèo sau ba năm làm theo",
        "với điều kiện hơn 20 hộ cùng góp đất",
    ],
)
def test_what_changes_the_meaning_is_never_cut(ending: str) -> None:
    text = f"Ông Hoàng Văn Thoại ở xã Yên Phú dạy nghề trồng cam cho 15 hộ nghèo, {ending}."
    assert ending in draft_summary(ArticleText(title="Cam Yên Phú", text=text), NOTHING).text


def test_sentences_do_not_end_in_quotations_or_abbreviations() -> None:
    text = "TP. Huế có thầy Th.S. Lê Anh. Thầy nói: “Cứ đi. Rồi sẽ tới.” và cười. Hết 1.200 đồng."
    assert [s.text for s in sentences(text)] == [
        "TP. Huế có thầy Th.S. Lê Anh.",
        "Thầy nói: “Cứ đi. Rồi sẽ tới.” và cười.",
        "Hết 1.200 đồng.",
    ]


MIX = """
Bà Páo|dạy nghề|cho 15 hộ|, góp phần|không|“|”|"|(|)|.|;|?|Theo đó, |năm 2024|a\u0301|TP.|…|
"""


@settings(max_examples=150, deadline=None)
@given(
    title=st.text(max_size=30),
    sapo=st.none() | st.text(max_size=80),
    text=st.lists(
        st.sampled_from(MIX.split("|")),
        max_size=60,
    ).map(" ".join),
)  # fmt: skip
def test_any_article_is_summarised_with_exact_spans(
    title: str, sapo: str | None, text: str
) -> None:
    article = ArticleText(title=title, sapo=sapo, text=text)
    assert spans_are_exact(article, draft_summary(article, SUBJECT))


@pytest.mark.parametrize(
    "opening", ["(Báo Sông Lam) - ", "HNN - ", "Sáng nay, ", "(Báo Sông Lam) - Chiều qua, "]
)
def test_neither_dateline_nor_that_day_opens_a_summary(opening: str) -> None:
    deed = (
        "Em Phan Gia Huy, học sinh lớp 8A Trường Trung học cơ sở Bạch Ngọc, đã bơi ra giữa dòng và"
        " lần lượt dìu hai em nhỏ vào bờ, được Chủ tịch UBND xã tặng Giấy khen ngay tại lớp."
    )
    text = opening + (deed if opening.endswith("- ") else deed[0].lower() + deed[1:])
    article = ArticleText(title="Học sinh lớp 8 cứu hai em nhỏ", text=text)
    summary = draft_summary(article, SUBJECT)
    assert summary.text == deed
    piece = summary.sentences[0]
    assert text[piece.start : piece.end] == piece.text


def piece(text: str) -> Piece:
    return next(pieces(ArticleText("Chuyện ở bản", text), SUBJECT))


@pytest.mark.parametrize(
    "text",
    [
        "Nhờ chăm chỉ, năm 2015 ông được xã tặng giấy khen.",
        "Tại xã Tả Van Chư, tỉnh Lào Cai, bà được tặng bằng khen.",
        "Đến nay, mỗi tháng chị có thu nhập 8 triệu đồng.",
    ],
)
def test_a_pronoun_without_a_name_wants_one_before_it(text: str) -> None:
    assert piece(text).needs_name


@pytest.mark.parametrize(
    "text",
    [
        "Bà Sùng Thị Páo dệt lanh và bà dạy nghề cho phụ nữ.",
        "Hợp tác xã giúp các chị em trong bản có việc làm.",
        "Lớp học giúp bà con trong bản biết chữ.",
    ],
)
def test_who_is_named_or_a_group_wants_no_name(text: str) -> None:
    assert not piece(text).needs_name


def test_a_summary_does_not_say_he_before_it_says_who() -> None:
    unnamed = (
        "Năm 2015, tại xã Tả Van Chư, bà được tỉnh tặng bằng khen vì dạy nghề dệt lanh cho 46 hộ."
    )
    named = "Bà Sùng Thị Páo mở lớp dạy nghề cho phụ nữ suốt mười năm ở bản."
    more = (
        "Bà Páo thích nghe khèn, hay kể chuyện ngày xưa cho đám trẻ trong bản nghe vào những buổi "
        "tối mùa đông."
    )
    article = ArticleText("Nghề dệt", f"{unnamed}\n{named}\n{more}")
    assert [one.text for one in draft_summary(article, SUBJECT).sentences] == [named, more]


@pytest.mark.parametrize(
    "text",
    [
        "Gia đình đã cảm ơn bà Sùng Thị Páo sau khi nhận lại số tiền, giấy tờ nói trên.",
        "Nếu như bà Sùng Thị Páo giữ nghề dệt thì người khác giữ nghề rèn.",
        "Tương tự, ở bản bên, bà Sùng Thị Páo hiến 360 m2 đất.",
        "Hồi ấy, bà Sùng Thị Páo dạy nghề cho cả bản.",
    ],
)
def test_what_points_at_another_sentence_does_not_stand_alone(text: str) -> None:
    assert piece(text).needs_antecedent


def test_a_sentence_from_the_middle_of_a_quotation_is_not_used() -> None:
    text = "Số tiền ấy mua quà cho bà Sùng Thị Páo”, trưởng bản nói."
    assert list(pieces(ArticleText("Chuyện ở bản", text), SUBJECT)) == []


def test_a_summary_does_not_open_with_somebody_speaking() -> None:
    spoken = "“Nghề này nuôi được cả nhà và cả bản”, bà Sùng Thị Páo ở xã Tả Van Chư tâm sự."
    told = "Bà Sùng Thị Páo ở xã Tả Van Chư dạy nghề dệt cho cả bản suốt mười năm."
    assert piece(spoken).merit < piece(told).merit - 2


@pytest.mark.parametrize(
    ("kept", "ends"),
    [
        ("nuôi trẻ mồ côi tại nhà theo chương trình “Con nuôi của bản”", "bản”."),
        ("dạy chữ tại nhà cho 46 em nhỏ (mười em mồ côi)", "mồ côi)."),
        ("dạy chữ cho 46 em nhỏ trong bản", "trong bản."),
    ],
)
def test_what_is_cut_off_behind_a_quotation_gets_its_full_stop(kept: str, ends: str) -> None:
    rest = " lớp học sáng đèn mỗi tối mùa đông" * 8
    text = f"Mười năm nay bà Sùng Thị Páo {kept};{rest}."
    drafted = draft_summary(ArticleText("Bà Páo dạy chữ", text), SUBJECT)
    assert drafted.text.endswith(ends)


def test_a_quotation_that_ends_itself_gets_no_second_full_stop() -> None:
    text = "Bà Sùng Thị Páo dạy chữ cho 46 em nhỏ và luôn nói: “Còn sức là còn dạy.”"
    assert draft_summary(ArticleText("Bà Páo dạy chữ", text), SUBJECT).text == text
