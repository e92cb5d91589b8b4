"""Many small articles for learning: random words of our own, no two alike, each with a theme that
a desk may like or not."""

from __future__ import annotations

import random
import re
from itertools import pairwise

from pipeline.shapes import ArticleText

_WORDS = re.findall(
    r"\w+",
    """
sáng chiều vườn rừng suối đồng lúa ngô chè cam bưởi trâu bò dê ong cá ao hồ đường cầu trường
lớp sách vở mái nhà bếp lửa khăn vải dệt thêu trống chiêng hát múa mưa nắng gió mây núi đèo
chợ hàng xe máy điện nước giếng đá gạch ngói tre nứa mây gỗ giống phân đất ruộng mùa vụ công
tay chân mắt tai vui buồn nhớ quên đi về lên xuống trong ngoài trước sau xa gần cao thấp
""",
)
LIKED, DISLIKED = "thắp lửa nghề rèn", "chạy đua bán hàng"


def article(number: int, theme: str) -> ArticleText:
    """Always the same for the same arguments."""
    draw = random.Random(number)
    words = draw.choices(_WORDS, k=90)
    for at in (10, 40, 70):
        words[at:at] = theme.split()
    sentences = [" ".join(words[a:b]) for a, b in pairwise(range(0, len(words) + 1, 9))]
    text = ". ".join(each.capitalize() for each in sentences)
    title = f"{theme} {' '.join(draw.choices(_WORDS, k=4))}".capitalize()
    return ArticleText(title=title, text=f"{text}.")
