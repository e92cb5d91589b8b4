"""What figures are called, in papers, tables and on the desk alike. Papers are in Vietnamese; the
desk translates."""

from __future__ import annotations


def gettext_noop(words: str) -> str:
    """Marks what the desk translates. (Django's asks for its settings.)"""
    return words


COUNTS = {
    "seen": gettext_noop("Tin, bài máy thấy có dấu hiệu nêu gương"),
    "accepted": gettext_noop("Tin, bài tiếp nhận"),
    "exemplars": gettext_noop("Điển hình lập hồ sơ"),
    "exemplars_here": gettext_noop("Điển hình lập hồ sơ, của tỉnh"),
    "nurtured": gettext_noop("Điển hình đưa vào bồi dưỡng"),
    "summed_up": gettext_noop("Điển hình được tổng kết"),
    "awards": gettext_noop("Điển hình được khen thưởng"),
    "spread": gettext_noop("Điển hình được nhân rộng"),
    "adoptions": gettext_noop("Điển hình có nơi làm theo"),
    "published": gettext_noop("Tin, bài giới thiệu"),
}
AXES = {
    "sector": gettext_noop("Lĩnh vực"),
    "campaign": gettext_noop("Phong trào"),
    "commune": gettext_noop("Xã, phường"),
    "outlet": gettext_noop("Cơ quan báo chí"),
    "kind": gettext_noop("Loại chủ thể"),
}
NOTES = {
    "sector": gettext_noop(
        "Một tin, bài có thể thuộc nhiều lĩnh vực hoặc chưa xếp vào lĩnh vực nào, nên cộng các "
        "dòng không ra tổng số tin, bài."
    ),
    "campaign": gettext_noop(
        "Một tin, bài có thể gắn với nhiều phong trào hoặc không phong trào nào, nên cộng các "
        "dòng không ra tổng số tin, bài."
    ),
    "commune": gettext_noop(
        "Chỉ gồm tin, bài về các xã, phường của tỉnh; tin, bài về nơi khác không có trong bảng."
    ),
    "outlet": gettext_noop("Tin, bài nhiều báo cùng đăng được tính một lần, cho báo có bài chính."),
}
"""Why the rows of a table are not its total."""
UNKNOWN = gettext_noop("Chưa rõ")
"""Where a story names no place."""
NOBODY = gettext_noop("Chưa giao đơn vị nào")
"""Looks after an exemplar."""
KINDS = {
    "individual": "Cá nhân",
    "household": "Hộ gia đình",
    "collective": "Tập thể",
    "enterprise": "Doanh nghiệp, hợp tác xã",
    "model": "Mô hình",
    "none": UNKNOWN,
}


def row_name(axis: str, row: dict[str, str]) -> str:
    """As a table of ``axis`` calls a row of the figures."""
    return KINDS.get(row["key"], row["name"]) if axis == "kind" else row["name"]
