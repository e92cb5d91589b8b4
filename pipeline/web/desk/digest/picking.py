"""Why a story is in a digest or only just not: the reasons that were stored, in the reader's
language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.digest.choose import Code
from pipeline.store.models import User
from pipeline.text.format import number
from pipeline.web.reference import Words

WORDS = {
    Code.SCORE: gettext_lazy("điểm %(score)s"),
    Code.SECTOR_BEST: gettext_lazy("cao nhất lĩnh vực %(sector)s"),
    Code.SECTOR_NEW: gettext_lazy("mở đầu lĩnh vực %(sector)s"),
    Code.NEW: gettext_lazy("thêm %(what)s mới"),
    Code.ADVERT: gettext_lazy("có dấu hiệu quảng cáo"),
    Code.DOCUMENT: gettext_lazy("là văn bản, không phải chân dung"),
    Code.LEADERSHIP: gettext_lazy("là tin hoạt động lãnh đạo"),
    Code.BELOW: gettext_lazy("dưới ngưỡng %(limit)s"),
    Code.SUBJECT: gettext_lazy("%(subject)s đã có trong bản tin"),
    Code.SECTOR_FULL: gettext_lazy("lĩnh vực %(sector)s đã đủ %(limit)s tin"),
    Code.OUTLET_FULL: gettext_lazy("%(outlet)s đã đủ %(limit)s tin"),
    Code.COMMUNE_FULL: gettext_lazy("địa bàn %(commune)s đã đủ %(limit)s tin"),
    Code.FULL: gettext_lazy("bản tin đã đủ %(limit)s tin"),
    Code.REPEATS: gettext_lazy("trùng %(what)s với tin đã chọn"),
    Code.ADDED: gettext_lazy("%(by)s đưa vào"),
    Code.REMOVED: gettext_lazy("%(by)s lấy ra"),
}
WHAT = {
    "sector": gettext_lazy("lĩnh vực"),
    "province": gettext_lazy("tỉnh"),
    "commune": gettext_lazy("địa bàn"),
    "outlet": gettext_lazy("báo"),
    "kind": gettext_lazy("loại"),
}
Why = Sequence[Mapping[str, Any]]


def in_words(why: Why, subject: str, known: Words, people: Mapping[int, str]) -> str:
    """``Điểm 87; cao nhất lĩnh vực Y tế``. ``subject``: of the story; ``people``: as
    ``people_of`` gives them. Empty: nothing is stored."""
    said = "; ".join(_said(reason, subject, known, people) for reason in why)
    return said[:1].upper() + said[1:]


def people_of(whys: Iterable[Why]) -> dict[int, str]:
    """Names of the accounts that are reasons, by key."""
    keys = {reason["by"] for why in whys for reason in why if "by" in reason}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)}


def _said(reason: Mapping[str, Any], subject: str, known: Words, people: Mapping[int, str]) -> str:
    values = {"subject": subject or _("chủ thể"), **reason}
    for name, words in (("sector", known.sector), ("outlet", known.outlet)):
        if name in values:
            values[name] = words(values[name])
    for name in ("score", "limit"):
        if name in values:
            values[name] = number(values[name])
    if "what" in values:
        values["what"] = ", ".join(str(WHAT[each]) for each in values["what"])
    if "by" in values:
        values["by"] = people.get(values["by"], _("một người"))
    return str(WORDS[Code(reason["code"])]) % values
