"""What a release is made of, and under which licences."""

from __future__ import annotations

from email.message import Message

import pytest

from tools.sbom import fill, licences, only_strong


@pytest.mark.parametrize(
    ("expression", "names", "refused"),
    [
        ("MIT", [], False),
        ("LGPL-3.0-only", [], False),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", [], False),
        ("GPL-3.0-or-later", [], True),
        ("AGPL-3.0-only OR GPL-3.0-only", [], True),
        ("MIT AND GPL-2.0-only", [], True),
        ("", ["GNU Lesser General Public License v3 (LGPLv3)"], False),
        ("", ["GNU General Public License v2 (GPLv2)"], True),
        ("", ["GNU Affero General Public License v3"], True),
        ("", ["Artistic License", "GNU General Public License (GPL)"], False),
        ("", [], False),
    ],
)
def test_only_what_leaves_no_choice_is_refused(
    expression: str, names: list[str], refused: bool
) -> None:
    assert only_strong(expression, names) is refused


def test_a_licence_is_found_in_old_and_new_metadata() -> None:
    about = Message()
    about["License"] = "BSD\nRedistribution and use"
    about["Classifier"] = "License :: OSI Approved :: BSD License"
    assert licences(about) == ("", ["BSD License", "BSD"])
    about["License-Expression"] = "BSD-3-Clause"
    assert licences(about)[0] == "BSD-3-Clause"


def test_components_get_the_licence_of_what_is_installed() -> None:
    components = [{"name": "django"}, {"name": "not-for-this-system"}]
    assert fill(components) == []
    assert "BSD" in str(components[0]["licenses"])
    assert components[1] == {"name": "not-for-this-system"}
