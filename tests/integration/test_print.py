"""What people print, read aloud and hand on: posters, cards, the speakers' brief, the package for
newspapers, the announcer's script."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree

import docx
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image

from pipeline.config.home import Home
from pipeline.config.office import Channels
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels import CHANNELS, brief, poster, press
from pipeline.publish.channels.papers import Papers
from pipeline.publish.outbox import publish_due
from pipeline.publish.paper.typesetting import FONTS
from tests.factories import NOW
from tests.publishing import OFFICE, approved_edition, edition_content, item

TONES = "\u0300\u0301\u0303\u0309\u0323"
_BASES = "aăâeêioôơuưy"
LETTERS = "".join(normalize("NFC", base + tone) for base in _BASES for tone in ["", *TONES]) + "đ"
PRINTING = OFFICE.model_copy(update={"channels": Channels()})
LONG = (
    "Mười bảy năm qua, anh Nguyễn Văn Thử ở phường Bến Mơ đã 54 lần hiến máu. Năm 2025, anh được "
    "tặng Bằng khen. “Còn khỏe thì mình còn đi, có gì đâu mà kể công”, anh Thử nói. Từ ngày 3/4, "
    "anh vận động thêm 1.250 người cùng hiến máu, trong đó có 38 học sinh lớp 12."
)


def files(name: str, content: EditionContent) -> dict[str, bytes]:
    channel = CHANNELS[name]
    assert isinstance(channel, Papers)
    return dict(channel.files(content, PRINTING))


def text_of(document: bytes) -> str:
    """With the text of links, which python-docx leaves out of a paragraph's runs."""
    return "\n".join(each.text for each in docx.Document(BytesIO(document)).paragraphs)


def test_the_fonts_have_every_vietnamese_letter() -> None:
    fonts = sorted(FONTS.glob("*.ttf"))
    assert len(fonts) == 3
    for path in fonts:
        known = TTFont(path).getBestCmap()
        assert [
            each for each in LETTERS + LETTERS.upper() + "₫“”‘’–—…·%/" if ord(each) not in known
        ] == []


@pytest.mark.parametrize("drafted", [False, True])
@pytest.mark.parametrize("headline", ["Chị Mây dạy nghề", "Một tít rất dài về việc nhỏ " * 9])
@pytest.mark.parametrize("summary", ["Chị Mây dạy ủ men lá cho 31 phụ nữ.", LONG, "một hai " * 90])
def test_a_poster_says_at_most_forty_words(headline: str, summary: str, drafted: bool) -> None:
    said = poster.placard(item(headline=headline, summary=summary, machine_drafted=drafted))
    assert poster.words(said) <= poster.WORDS
    assert (said["mark"] != "") == drafted
    assert said["credit"] == "Theo Báo Nậm Hẻn"
    assert said["place"] == "Nậm Hẻn, Lào Cai"
    assert said["deed"].removesuffix("…") in summary


def test_a_sentence_too_long_is_cut_where_a_clause_ends() -> None:
    long = "Tám năm trước, chị vay vốn mua 7 con lợn đen, rồi rủ 31 phụ nữ cùng nuôi để bán chung."
    assert poster.deed(long, 30) == long
    assert poster.deed(long, 15) == "Tám năm trước, chị vay vốn mua 7 con lợn đen…"
    who = (
        "Mười bảy năm qua, chị Lò Thị Mây ở thôn Một, xã Nậm Hẻn đã dạy nghề, cho con em trong xã."
    )
    assert poster.deed(who, 15) == ""
    assert poster.deed(f"{who} {long}", 15).startswith("Tám năm trước")
    assert poster.deed(f"{long} Nay cả bản đủ ăn.", 8) == "Nay cả bản đủ ăn."
    assert poster.deed(long, 8) == ""
    inside = (
        "Bảy năm nay, các chiến sĩ đồn biên phòng Nậm Hẻn (xã Nậm Hẻn, tỉnh Lào Cai) nuôi năm em."
    )
    assert poster.deed(inside, 15) == ""


def test_a_poster_and_a_card_of_each_story_lead_to_its_page() -> None:
    content = edition_content(item(1), item(2, summary=LONG))
    made = files("poster", content)
    assert sorted(Path(path).name for path in made) == [
        *("ap-phich-1.png", "ap-phich-2.png", "ap-phich-nha-in.pdf", "ap-phich.pdf"),
        *("the-1.png", "the-2.png", "the.pdf"),
    ]
    for place, story in enumerate(content.items, 1):
        for kind, size in (("ap-phich", (1123, 1588)), ("the", (1080, 1080))):
            picture = Image.open(BytesIO(made[f"print/1/{kind}-{place}.png"]))
            assert abs(picture.width - size[0]) + abs(picture.height - size[1]) <= 2
            (code,) = zxingcpp.read_barcodes(picture)
            assert code.text == links.story(PRINTING, story.public_id)
    assert files("poster", content) == made


def test_an_edition_frozen_at_any_instant_is_printed() -> None:
    now = NOW.replace(microsecond=123456)
    assert files("poster", edition_content(frozen_at=now))
    assert files("press", edition_content(frozen_at=now))


def test_a_printing_house_gets_three_millimetres_of_bleed() -> None:
    made = files("poster", edition_content())
    boxes = re.findall(rb"/(Media|Trim)Box ?\[([\d. ]+)\]", made["print/1/ap-phich-nha-in.pdf"])
    sizes = {
        name.decode(): [round(float(each) / 72 * 25.4) for each in numbers.split()]
        for name, numbers in boxes
    }
    assert sizes == {"Media": [0, 0, 303, 426], "Trim": [3, 3, 300, 423]}
    assert b"BeVietnamPro" in made["print/1/ap-phich.pdf"]


@pytest.mark.parametrize("nasty", ["#panic()", "*_`$@<a>", "\\", '"]#let x = 1', "{{ 1 }}"])
def test_a_story_is_never_read_as_the_templates_code(nasty: str) -> None:
    made = files("poster", edition_content(item(headline=nasty, summary=nasty)))
    assert made["print/1/ap-phich.pdf"].startswith(b"%PDF")


@pytest.mark.parametrize("stories", [1, 8, 30])
def test_the_speakers_brief_keeps_to_two_pages(stories: int) -> None:
    told = [item(n, summary=LONG, machine_drafted=n == 1) for n in range(1, stories + 1)]
    content = edition_content(*told)
    text = brief.brief(content, PRINTING)
    assert brief.lines(text) <= brief.LINES
    assert "tóm tắt do máy soạn" in text
    assert content.items[0].url in text
    assert ("gương khác trong số này" in text) == (text.count("bai-") < stories)
    assert "…" not in text
    (made,) = files("brief", content).values()
    assert content.items[0].headline in text_of(made)


def test_the_brief_cuts_figures_and_quotations_out_word_for_word() -> None:
    content = edition_content(item(summary=LONG))
    found = [each.words for each in brief.figures(content.items)]
    assert found == [
        "Anh Nguyễn Văn Thử ở phường Bến Mơ đã 54 lần hiến máu",
        "Anh vận động thêm 1.250 người cùng hiến máu",
        "Trong đó có 38 học sinh lớp 12",
    ]
    (quoted,) = brief.quotations(content.items)
    assert quoted.words == "Còn khỏe thì mình còn đi, có gì đâu mà kể công"
    text = brief.brief(content, PRINTING)
    assert f"> “{quoted.words}” (theo Báo Nậm Hẻn)" in text


def test_the_announcers_script_is_also_a_document() -> None:
    made = files("radio", edition_content(item(summary="UBND xã chi 1,2 tỷ đồng.")))
    assert sorted(made) == ["radio/1.docx", "radio/1.txt"]
    read = "Ủy ban nhân dân xã chi một phẩy hai tỷ đồng."
    assert read in made["radio/1.txt"].decode()
    assert read in text_of(made["radio/1.docx"])


def test_the_package_for_newspapers_tells_who_owns_what() -> None:
    stories = item(1, machine_drafted=True), item(2, headline="=HYPERLINK(1)")
    content = edition_content(*stories)
    (made,) = files("press", content).values()
    with zipfile.ZipFile(BytesIO(made)) as package:
        inside = {name: package.read(name) for name in package.namelist()}
    assert sorted(inside) == [
        *("ban-tin.docx", "ban-tin.txt", "lien-ket.csv", "quyen-va-nguon.txt"),
        *("the/the-1.png", "the/the-2.png"),
    ]
    rights, table = inside["quyen-va-nguon.txt"].decode(), inside["lien-ket.csv"].decode()
    for story in stories:
        for told in (inside["ban-tin.txt"].decode(), text_of(inside["ban-tin.docx"])):
            assert story.headline in told
            assert story.summary in told
        for address in (story.url, story.public_id):
            assert address in rights
            assert address in table
        assert links.story(PRINTING, story.public_id) in table
    assert "thỏa thuận với tòa soạn" in rights
    assert "tóm tắt do máy soạn" in rights
    assert "'=HYPERLINK" in table
    assert files("press", content)[f"press/{content.number}.zip"] == made


def test_addresses_in_a_document_are_links() -> None:
    (made,) = files("press", edition_content()).values()
    with zipfile.ZipFile(BytesIO(made)) as package:
        document = zipfile.ZipFile(BytesIO(package.read("ban-tin.docx")))
    targets = ElementTree.fromstring(document.read("word/_rels/document.xml.rels"))
    assert item().url in [each.get("Target") for each in targets]


@pytest.mark.django_db
def test_they_go_out_with_the_edition(tmp_path: Path) -> None:
    approved_edition(1, PRINTING)
    rows = publish_due(office=PRINTING, home=Home(tmp_path), now=NOW)
    states = {row.channel: (row.state, row.detail) for row in rows}
    assert states["poster"] == ("sent", "output/print/1/ (5 tệp)")
    assert states["brief"] == ("sent", "output/print/1/de-cuong.docx")
    assert states["press"] == ("sent", "output/press/1.zip")
    assert (tmp_path / "output/print/1/the-1.png").exists()


@pytest.mark.parametrize("name", ["poster", "brief", "press"])
def test_of_an_empty_edition_nothing_is_printed(name: str) -> None:
    empty = replace(edition_content(), items=())
    assert files(name, empty) == {}
    assert not CHANNELS[name].preview(empty, PRINTING).sheets


def test_the_desk_sees_the_papers_themselves() -> None:
    preview = CHANNELS["poster"].preview(edition_content(item(1), item(2)), PRINTING)
    assert [each.name for each in preview.sheets] == ["ap-phich.pdf", "the-1.png", "the-2.png"]
    assert preview.sheets[0].make().startswith(b"%PDF")
    assert preview.sheets[2].make().startswith(b"\x89PNG")


def test_press_names_its_columns_once() -> None:
    assert press.table(edition_content(), PRINTING).splitlines()[0] == ",".join(press.COLUMNS)
