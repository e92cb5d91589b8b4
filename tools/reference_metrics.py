"""docs/reference/metrics.md, from the figures that the web server counts."""

from __future__ import annotations

from tools.reference_api import start_django

HEAD = """# Metrics

`GET /metrics`, in Prometheus' text format, to this machine alone; counted in the database when
asked. Example alerts: `deploy/alerts.yml`. A board for Grafana: `deploy/grafana.json`.

| metric | label | meaning |
|---|---|---|
"""
FOOT = """
`/healthz` answers `ok` while the process lives. `/readyz` answers 200
`{"ready": true, "wrong": []}`, or 503 and in `wrong`
any of `migrations`, `database`, `office.yaml`.
"""


def metrics(made: str) -> str:
    start_django()
    from pipeline.web.monitoring import FIGURES

    rows = [
        f"| `{name}` | {f'`{label}`' if label else ''} | {meaning} |\n"
        for name, (label, meaning) in FIGURES.items()
    ]
    return made + HEAD + "".join(rows) + FOOT
