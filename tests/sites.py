"""Many pages of one site: the replicas of ``tests.cms`` filled with articles that all differ.

Titles, introductions, bodies, dates and the headlines of other articles around them vary as on a
real site; what belongs to the site stays. People and places are invented.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jinja2

from pipeline.text.clock import VIETNAM
from tests.cms import FOLDER, NOW, WEEKDAYS, Page, articles

_DEEDS = (
    "giữ nghề dệt bên khung cửi",
    "mở lớp học cho trẻ em xóm bãi",
    "trồng rừng trên đồi trọc",
    "hiến đất làm đường liên thôn",
    "nuôi cá lồng giúp nhau thoát nghèo",
    "bốn mươi lần hiến máu cứu người",
    "dựng thư viện nhỏ cạnh sân đình",
    "chế máy tách hạt cho bà con",
)
_WHO = (
    "Ông Vi Văn Lả",
    "Chị Hà Thị Nhuần",
    "Cô giáo Đinh Thu Lam",
    "Anh Kpă Thuận",
    "Bà Lương Thị Xoan",
    "Đại úy Tạ Quang Khải",
    "Bác sĩ Mạc Như Hải",
    "Tổ phụ nữ thôn Bãi Cháo",
    "Em Sùng A Pó",
)
_WHERE = ("ở bản Nặm Hoa", "trên đảo Hòn Sậy", "giữa vùng rốn lũ", "nơi ngã ba Suối Đá")
_AUTHORS = ("Thu Hằng", "Đức Bình", "Lê Vy", "Trần Minh Khôi", "Ngọc Ánh", "Hoàng Sơn", "Mai Chi")
_OTHERS = (
    "Khai mạc giải bóng chuyền các xã vùng cao",
    "Giá cà phê hôm nay tăng nhẹ ở các vùng trồng trọng điểm",
    "Tập huấn kỹ năng phòng cháy cho học sinh tiểu học",
    "Thông báo lịch cắt điện tuần tới trên toàn tỉnh",
    "Hội thi tiếng hát người cao tuổi mở rộng năm nay",
    "Ra mắt tổ công nghệ số cộng đồng ở mười thôn bản",
    "Mùa vàng trên những thửa ruộng bậc thang Mường Hoa",
    "Xử lý nghiêm các trường hợp vi phạm trật tự đô thị",
    "Bàn giao nhà đại đoàn kết cho hộ nghèo ở xã Tân Lập",
)
"""The headlines that the templates print around an article; each page gets others instead."""


@cache
def site(family: str, count: int, *, heavy: bool = False) -> tuple[Page, ...]:
    """``count`` pages of one family; ``heavy`` with the menus, lists and scripts of a real page."""
    template = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER)).get_template(
        f"{family}.html.j2"
    )
    found = []
    for number in range(count):
        chance = random.Random(f"{family} {number}")
        article = _article(chance, number)
        moment = datetime.fromisoformat(article["published"])
        html = template.render(
            a=article, d=moment, utc=moment.astimezone(UTC), wd=WEEKDAYS[moment.weekday()]
        )
        for old in _OTHERS:
            html = html.replace(old, _title(chance))
        if heavy:
            html = _with_weight(html, chance)
        url = f"https://{family.replace('_', '-')}.example.vn/xa-hoi/bai-viet-{10234 + number}.html"
        found.append(Page(family, html, url, article))
    return tuple(found)


def _article(chance: random.Random, number: int) -> dict[str, Any]:
    paragraphs = [node for article in articles() for node in article["body"]]
    told = [node for node in paragraphs if isinstance(node, str)]
    body = chance.sample(paragraphs, chance.randint(5, 16))
    body = [chance.choice(told), *body, chance.choice(told)]
    body = [node for place, node in enumerate(body) if node not in body[:place]]
    moment = NOW - timedelta(days=1, minutes=chance.randint(0, 500_000))
    author = chance.choice(_AUTHORS)
    return {
        "slug": f"bai-viet-{number}",
        "title": _title(chance),
        "sapo": f"{_title(chance)} suốt {chance.randint(2, 30)} năm qua, được "
        f"{chance.randint(20, 900)} người dân trong vùng làm theo.",
        "author": author,
        "published": moment.astimezone(VIETNAM).isoformat(timespec="minutes"),
        "tags": chance.sample(("thiện nguyện", "bản làng", "nghề cũ", "hiến máu", "khuyến học"), 3),
        "caption": f"{chance.choice(_WHO)} trong một buổi làm việc.",
        "photographer": author,
        "body": body,
    }


def _title(chance: random.Random) -> str:
    return f"{chance.choice(_WHO)} {chance.choice(_DEEDS)} {chance.choice(_WHERE)}"


def _with_weight(html: str, chance: random.Random) -> str:
    """Around sixty kilobytes of what surrounds an article: menus, lists, scripts."""
    menu = "".join(
        f'<li class="menu-item"><a href="/muc-{n}">Chuyên mục số {n}</a></li>' for n in range(90)
    )
    lists = "".join(
        f'<div class="item"><a href="/tin-{n}.html"><img src="/thumb/{n}.jpg" width="120"></a>'
        f'<h3><a href="/tin-{n}.html">{_title(chance)}</a></h3>'
        f'<p class="lead">{_title(chance)}, một việc làm đẹp được nhiều người biết đến.</p></div>'
        for n in range(40)
    )
    script = "<script>var slots=[" + ",".join(f'{{"id":{n},"w":300}}' for n in range(1500))
    head = f"<style>{'.a{margin:0;padding:0}' * 300}</style>{script}]</script>"
    above = f'<div class="menu-site"><ul>{menu}</ul></div>'
    below = f'<div class="sidebar-right">{lists}</div>'
    html = html.replace("</head>", f"{head}</head>", 1)
    start = html.index(">", html.index("<body")) + 1
    end = html.rindex("</body>")
    return f"{html[:start]}{above}{html[start:end]}{below}{html[end:]}"
