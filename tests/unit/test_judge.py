from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import CueGroup, Sector, Taxonomy, load_taxonomy
from pipeline.judge import Judge
from pipeline.judge.export import judgement_from_json, judgement_json
from pipeline.judge.model import SHIPPED, Model, shipped
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import CueMatcher
from pipeline.judge.reading.ngrams import Block, Term, TermIndex, Wording, terms, wording
from pipeline.shapes import ArticleText, ExemplarLabel, Judgement
from pipeline.text.fold import nfc

SEEDS = Path(__file__).resolve().parents[2] / ".." / "shared" / "seeds"

PORTRAIT = ArticleText(
    title="Bà Lò Thị Thơm - người giữ nghề dệt của bản Nà Lốc",
    sapo="Hơn 20 năm qua, bà Lò Thị Thơm, 58 tuổi, ở bản Nà Lốc đã dạy nghề miễn phí cho chị em.",
    text=(
        "Bà Thơm sinh năm 1967, học dệt từ nhỏ. Thấy nghề mai một, bà đến từng nhà vận động chị em "
        "cùng giữ nghề.\n"
        "“Tôi chỉ mong con cháu còn biết dệt chiếc khăn của mẹ”, bà Thơm chia sẻ. Bà mở lớp dạy "
        "nghề miễn phí ngay tại nhà, truyền dạy cho 120 chị em.\n"
        "Năm 2019 bà đứng ra thành lập hợp tác xã, tạo việc làm cho 35 lao động với thu nhập 6 "
        "triệu đồng mỗi tháng. Bà Thơm được Chủ tịch UBND tỉnh tặng Bằng khen.\n"
        "Nhờ bà Thơm, 14 hộ trong bản đã thoát nghèo, góp sức xây dựng nông thôn mới."
    ),
    published_at=datetime(2025, 10, 12, tzinfo=UTC),
    province="Sơn La",
)
MEETING = ArticleText(
    title="Hội nghị triển khai nhiệm vụ công tác thi đua, khen thưởng năm 2025",
    text=(
        "Sáng 5/3, UBND tỉnh tổ chức hội nghị triển khai nhiệm vụ công tác thi đua, khen thưởng. "
        "Đồng chí Phó Chủ tịch UBND tỉnh chủ trì hội nghị.\n"
        "Phát biểu kết luận hội nghị, đồng chí Phó Chủ tịch yêu cầu các sở, ban, ngành tiếp tục "
        "nhân rộng điển hình tiên tiến, kịp thời biểu dương gương người tốt, việc tốt.\n"
        "Các đại biểu đã thảo luận phương hướng, nhiệm vụ trọng tâm của năm."
    ),
)


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy(defaults_dir() / "taxonomy")


@cache
def judging() -> Judge:
    return Judge(taxonomy())


def judged(article: ArticleText) -> Judgement:
    return judging().judge(article)


def test_a_portrait_is_an_exemplar_with_its_subject() -> None:
    opinion = judged(PORTRAIT).exemplar
    assert opinion.label is ExemplarLabel.YES
    assert opinion.kind == "individual"
    assert opinion.subject == "Lò Thị Thơm"
    assert "deed" in opinion.reasons or "subject" in opinion.reasons


def test_a_meeting_full_of_praise_words_is_not() -> None:
    judgement = judged(MEETING)
    assert judgement.exemplar.label is ExemplarLabel.NO
    assert judgement.exemplar.subject is None
    assert "leadership" in {flag.slug for flag in judgement.flags}


@pytest.mark.parametrize("name", ["an-giang-article.txt", "lao-cai-directive.txt"])
def test_neither_seed_is_an_exemplar(name: str) -> None:
    seed = SEEDS / name
    if not seed.exists():
        pytest.skip("../shared/seeds is not here")
    title, _, text = nfc(seed.read_text("utf-8")).partition("\n")
    assert judged(ArticleText(title, text.strip())).exemplar.label is ExemplarLabel.NO


def test_evidence_is_always_a_span_of_the_article() -> None:
    judgement = judged(PORTRAIT)
    assert {"subject", "deed"} <= {evidence.for_ for evidence in judgement.evidence}
    for evidence in judgement.evidence:
        text = getattr(PORTRAIT, evidence.field)
        assert text[evidence.start : evidence.end] == evidence.quote


def test_a_judgement_survives_json() -> None:
    judgement = judged(PORTRAIT)
    assert judgement_from_json(judgement_json(judgement)) == judgement


def test_a_plea_for_help_is_no_exemplar_however_touching() -> None:
    plea = ArticleText(
        title="Cụ bà 80 tuổi một mình nuôi hai cháu mồ côi",
        text=(
            "Bà Hà Thị Nụ, 80 tuổi, ở bản Pắc Ngần, sinh ra và lớn lên trong nghèo khó. Hai cháu "
            "của bà còn nhỏ. “Tôi chỉ mong các cháu được đi học”, bà Nụ tâm sự.\n"
            "Bà cháu rất cần sự chung tay của cộng đồng. Mọi sự giúp đỡ xin gửi về quỹ của xã."
        ),
    )
    assert judged(plea).exemplar.label is ExemplarLabel.NO


def test_flags_point_at_their_first_wording_the_headlines_first() -> None:
    text = "Một tài năng kiệt xuất. Một kỳ tích phi thường. Kỳ tích ấy, kỳ tích này."
    flags = judged(ArticleText("Chuyện có một không hai", text)).flags
    assert [flag.slug for flag in flags].count("hype") == 4
    hype = next(flag.evidence for flag in flags if flag.slug == "hype")
    assert hype is not None
    assert hype.quote == "có một không hai"


@pytest.mark.parametrize(
    ("title", "text", "who"),
    [
        ("Người tốt", "Cậu Lý Văn Tý (9 tuổi) nhặt được ví.", "Lý Văn Tý"),
        ("Người tốt", "Em Giàng Thị Súa, lớp 8A trường xã, nhặt được ví.", "Giàng Thị Súa"),
        ("Người tốt", "Anh Lò Văn Mạnh, sinh năm 2011, nhặt được ví.", "Lò Văn Mạnh"),
        ("Hai nữ học sinh trả ví", "Em Trần Thị Na nhặt được ví.", "Trần Thị Na"),
    ],
)
def test_a_named_child_is_flagged(title: str, text: str, who: str) -> None:
    article = ArticleText(title, text, published_at=datetime(2025, 10, 12, tzinfo=UTC))
    (flag,) = (flag for flag in judged(article).flags if flag.slug == "minor")
    assert flag.evidence is not None
    assert flag.evidence.quote == who


@pytest.mark.parametrize(
    "text",
    [
        "Bà Lý Thị Tý (59 tuổi) nhặt được ví.",
        "Anh Lò Văn Mạnh, sinh năm 2001, dạy lớp 5.",
        "Bà Tô Thị Tý vào Đảng 18 tuổi đời, 12 tuổi đảng.",
    ],
)
def test_a_named_adult_is_no_child(text: str) -> None:
    article = ArticleText("Người tốt", text, published_at=datetime(2025, 10, 12, tzinfo=UTC))
    assert "minor" not in {flag.slug for flag in judged(article).flags}


@pytest.mark.parametrize(
    "ordinary",
    ["Hồ lớn nhất tỉnh.", "Quốc lộ số 1.", "Đại gia đình.", "Hoa rực rỡ.", "Ưu tiên hàng đầu."],
)
def test_ordinary_wording_is_no_hype(ordinary: str) -> None:
    assert "hype" not in {flag.slug for flag in judged(ArticleText("Tin", ordinary)).flags}


@pytest.mark.parametrize(
    "text",
    [
        "Sau mười năm, cơ sở giò chả Bà Tám được khách hàng tin dùng. Tháng này cơ sở tặng quà cho "
        "khách mua từ 3 hộp. Mọi chi tiết xin liên hệ cửa hàng ở chợ Mới.",
        "(Thông tin doanh nghiệp) Viên uống An Tâm giúp ngủ ngon. Sản phẩm không phải là thuốc, "
        "không có tác dụng thay thế thuốc chữa bệnh.",
    ],
)
def test_an_advertisement_dressed_as_a_story_is_flagged(text: str) -> None:
    flags = judged(ArticleText("Bí quyết của một thương hiệu quê", text)).flags
    assert "advert" in {flag.slug for flag in flags}


def test_each_exaggeration_is_flagged_with_its_own_advice() -> None:
    text = "Việc có một không hai. Anh đổi đời, lãi khủng. Lại là việc có một không hai."
    flags = [flag for flag in judged(ArticleText("Tin", text)).flags if flag.slug == "hype"]
    assert [flag.evidence.quote for flag in flags if flag.evidence] == [
        "có một không hai",
        "đổi đời",
        "lãi khủng",
    ]
    assert len({flag.suggestion for flag in flags if flag.suggestion}) == 3


@pytest.mark.parametrize(
    ("line", "quote"),
    [
        ("Nguồn: Báo Nậm Khe", "Báo Nậm Khe"),
        ("(Theo Báo Nậm Khe)", "Báo Nậm Khe"),
        ("Theo Nậm Khe Online.", "Nậm Khe Online"),
        ("(Theo namkhe.vn)", "namkhe.vn"),
    ],
)
def test_a_last_line_that_names_another_outlet_is_its_credit(line: str, quote: str) -> None:
    article = ArticleText("Tin", f"Chị Mỷ nuôi ong.\n{line}", source="Báo Sông Đáy")
    (flag,) = (flag for flag in judged(article).flags if flag.slug == "syndicated")
    assert flag.evidence is not None
    assert flag.evidence.quote == quote


@pytest.mark.parametrize(
    "text",
    [
        "Chị Mỷ nuôi ong.\nNguồn: Báo Sông Đáy",
        "Chị Mỷ nuôi ong.\nTheo Lò Văn Pản",
        "Theo Báo Nậm Khe\nChị Mỷ nuôi ong từ năm ấy.",
        "Chị nuôi ong.\nTheo chị Mỷ, ong quen hoa.",
    ],
)
def test_what_is_no_credit_of_another_outlet(text: str) -> None:
    article = ArticleText("Tin", text, source="Báo Sông Đáy")
    assert "syndicated" not in {flag.slug for flag in judged(article).flags}


@pytest.mark.parametrize(
    "path", ["/quang-cao/a-1.html", "/kinh-te/thong-tin-doanh-nghiep/a", "/pr/a"]
)
def test_a_paid_section_is_known_by_its_address(path: str) -> None:
    address = f"https://bao.example{path}"
    assert "advert" in {flag.slug for flag in judged(ArticleText("Tin", "Ong.", url=address)).flags}


def test_an_address_that_only_contains_such_letters_is_no_paid_section() -> None:
    address = "https://bao.example/xa-hoi/pr-lam-nong-1.html"
    flags = judged(ArticleText("Tin", "Chị Mỷ nuôi ong.", url=address)).flags
    assert "advert" not in {flag.slug for flag in flags}


def test_one_word_of_trade_makes_no_advertisement() -> None:
    text = PORTRAIT.text + "\nMỗi chiếc khăn giá chỉ 90.000 đồng."
    assert "advert" not in {flag.slug for flag in judged(ArticleText("Tin", text)).flags}


def test_judging_keeps_nothing_between_articles() -> None:
    first = judged(PORTRAIT)
    judged(MEETING)
    assert judged(PORTRAIT) == first


def test_an_empty_article_is_judged_too() -> None:
    assert judged(ArticleText("", "")).exemplar.label is ExemplarLabel.NO


def campaigns(text: str, day: datetime | None, province: str | None) -> set[str]:
    article = ArticleText("Tin địa phương", text, published_at=day, province=province)
    return {found.slug for found in judged(article).campaigns}


LOCAL = "Phong trào thi đua “An Giang chung sức xây dựng nông thôn mới” lan rộng."


def test_a_local_campaign_needs_its_province() -> None:
    day = datetime(2024, 4, 12, tzinfo=UTC)
    assert "an-giang-nong-thon-moi" in campaigns(LOCAL, day, "An Giang")
    elsewhere = "Phong trào thi đua “Cổng đẹp, rào xanh, vườn rau tốt” của huyện."
    assert "bao-yen-cong-dep" in campaigns(elsewhere, day, "Lào Cai")
    assert "bao-yen-cong-dep" not in campaigns(elsewhere, day, "An Giang")


def test_the_province_in_a_campaigns_own_name_proves_nothing() -> None:
    day = datetime(2024, 4, 12, tzinfo=UTC)
    assert "an-giang-nong-thon-moi" not in campaigns(LOCAL, day, None)
    assert "an-giang-nong-thon-moi" in campaigns(LOCAL + " Ở An Giang ai cũng biết.", day, None)


def test_a_slogan_on_a_wall_is_no_campaign_of_the_article() -> None:
    day = datetime(2024, 4, 12, tzinfo=UTC)
    wall = "Sau tấm băng rôn đỏ “Chung sức xây dựng nông thôn mới” là quán nước của chị Mỷ."
    assert campaigns(wall, day, "Lào Cai") == set()
    assert campaigns("Bên khẩu hiệu: Dân vận khéo, chị bán nước.", day, "Lào Cai") == set()
    deed = "Hưởng ứng “Chung sức xây dựng nông thôn mới”, chị Mỷ hiến đất."
    assert campaigns(deed, day, "Lào Cai") == {"nong-thon-moi"}


def test_a_campaign_that_a_long_article_names_once_is_mentioned_in_passing() -> None:
    day = datetime(2024, 4, 12, tzinfo=UTC)
    named = "Năm ấy xã xây dựng nông thôn mới."
    assert campaigns(named, day, "Lào Cai") == {"nong-thon-moi"}
    assert campaigns(named + " Chị ra vườn hái chè." * 300, day, "Lào Cai") == set()


def test_an_expired_campaign_is_not_asserted_but_undated_articles_may_have_it() -> None:
    assert "nong-thon-moi" in campaigns(LOCAL, datetime(2025, 12, 31, tzinfo=UTC), None)
    assert "nong-thon-moi" not in campaigns(LOCAL, datetime(2026, 1, 2, tzinfo=UTC), None)
    assert "nong-thon-moi" in campaigns(LOCAL, None, None)


def test_the_last_valid_day_is_a_day_in_viet_nam() -> None:
    # 17:30 UTC on the 31st is half past midnight of 1 January in Hà Nội.
    assert "nong-thon-moi" not in campaigns(LOCAL, datetime(2025, 12, 31, 17, 30, tzinfo=UTC), None)


def test_a_passing_slogan_is_no_campaign() -> None:
    text = "Lãnh đạo tỉnh đề nghị không để ai bị bỏ lại phía sau."
    assert "vi-nguoi-ngheo" not in campaigns(text, None, None)


def test_a_sector_that_the_model_has_not_learned_is_found_by_its_phrases() -> None:
    added = Sector(slug="thu-vien", name="Thư viện", name_en="Libraries", strong=("tủ sách",))
    own = taxonomy().model_copy(update={"sectors": (*taxonomy().sectors, added)})
    article = ArticleText("Tủ sách của làng", "Tủ sách mở cửa. Tủ sách có 300 cuốn.")
    assert "thu-vien" in {found.slug for found in Judge(own).judge(article).sectors}


def test_longest_phrase_wins_and_syllables_are_whole() -> None:
    cues = (
        CueGroup(slug="short", role="deed", weight=1, phrases=("hiến đất",)),
        CueGroup(slug="long", role="deed", weight=1, phrases=("hiến đất làm đường",)),
        CueGroup(slug="part", role="deed", weight=1, phrases=("an",)),
    )
    reading = Reading.of(
        ArticleText("Hiến đất, làm đường", "Công An xã. Lan tỏa. hiến đất. làm đường"),
        CueMatcher(Taxonomy(sectors=(), cues=cues)),
    )
    found = [(field, hit.slug) for field, hit in reading.on("cue")]
    assert found == [("title", "long"), ("text", "part"), ("text", "short")]


def test_old_and_new_tone_placement_match() -> None:
    matcher = CueMatcher(
        Taxonomy(sectors=(), cues=(CueGroup(slug="x", role="deed", weight=1, phrases=("xoá mù",)),))
    )
    assert Reading.of(ArticleText("Xóa mù chữ", ""), matcher).on("cue")


def test_numbers_are_not_wording() -> None:
    reading = Reading.of(ArticleText("Thu 500 triệu", ""), CueMatcher(Taxonomy(sectors=())))
    assert wording(reading).of("title") == ["thu", "0", "triệu"]


def test_no_term_reaches_over_a_clause_mark() -> None:
    assert terms("body", ["hiến", "đất", ".", "làm"]) == {"hiến", "đất", "làm", ("hiến", "đất")}


def test_terms_are_counted_as_often_as_they_stand() -> None:
    index = TermIndex(
        {"title": {"đất": 1}, "lead": {}, "body": {"đất": 7, ("hiến", "đất"): 2, "đường": 5}}
    )
    words = ["hiến", "đất", ".", "làm", "đường", ".", "hiến", "đất", "lạ", "đường"]
    where: dict[Block, slice] = {"title": slice(2), "lead": slice(3, 7), "body": slice(None)}
    rows, counts, reached = index.count(Wording(words, where))
    assert dict(zip(rows.tolist(), counts.tolist(), strict=True)) == {1: 1, 7: 2, 2: 2, 5: 2}
    assert reached == [1, 1, 4]
    assert not index.count(Wording([], where))[0].size


def test_the_shipped_model_holds_no_names_and_no_text() -> None:
    model = shipped()
    known = {term for several in model.terms.values() for term in several}
    assert all(isinstance(term, str) or len(term) == 2 for term in known)
    # "phạm" alone is also "vi phạm".
    pairs = {("phạm", "văn"), ("trần", "thị"), ("nguyễn", "văn"), ("lê", "thị")}
    names: set[Term] = {"nguyễn", "huỳnh", *pairs}
    assert not names & known
    assert model.made["articles"] > 600


def test_a_model_comes_back_from_its_bytes() -> None:
    data = SHIPPED.read_bytes()
    assert Model.load(Model.load(data).dump()).heads == shipped().heads
    with pytest.raises(ValueError, match="not a judgement model"):
        Model.load(b"{}")
