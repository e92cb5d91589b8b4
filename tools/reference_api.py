"""docs/reference/api.md, from the OpenAPI description that the web server gives out."""

from __future__ import annotations

import os
import tempfile
from typing import Any

HEAD = """# The JSON API

Read-only: what is published, as on the portal. `GET /portal/api/v1/openapi.json` is the description
this page is made from; 120 calls a minute and address, then 429.
"""


def start_django() -> None:
    """As far as importing the web needs it: no home, no database."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("GUONGSANG_HOME", tempfile.gettempdir())
        os.environ.setdefault("GUONGSANG_SECRET_KEY", "to describe, not to run")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")
        django.setup()


def described() -> dict[str, Any]:
    """The API's own OpenAPI description."""
    start_django()
    from pipeline.web.public.api import api

    schema: dict[str, Any] = api.get_openapi_schema()
    return schema


def api(made: str) -> str:
    schema = described()
    parts = [made, HEAD]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            parts.append(f"\n## {method.upper()} {path}\n\n{operation['summary']}.\n")
            answers = ", ".join(f"`{code}`" for code in operation["responses"])
            parts.append(f"\nAnswers: {answers}.\n")
            if given := operation.get("parameters"):
                parts.append("\n| parameter | | |\n|---|---|---|\n")
                parts += [
                    f"| `{each['name']}` | {_kind(each['schema'])} | "
                    f"{each['schema'].get('description', '')} |\n"
                    for each in given
                ]
    for name, model in schema["components"]["schemas"].items():
        if name.endswith("Out"):
            parts.append(f"\n## {name}\n\n| key | | |\n|---|---|---|\n")
            parts += [
                f"| `{key}` | {_kind(value)} | {value.get('description', '')} |\n"
                for key, value in model["properties"].items()
            ]
    return "".join(parts)


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    limits = [
        f"{word} {schema[key]}"
        for key, word in (("minimum", "≥"), ("maximum", "≤"))
        if key in schema
    ]
    return " ".join([schema.get("format", schema.get("type", "")), *limits])
