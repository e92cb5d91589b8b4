"""Addresses of the reports, below those of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from pipeline.web.desk.figures import covered, reports

ONE = "reports/<str:quarter>/"

urlpatterns: list[URLPattern] = [
    path("coverage/", covered.covered, name="coverage"),
    path("coverage/<str:axis>/<str:which>/", covered.covered_by, name="coverage_row"),
    path("reports/", reports.reports, name="reports"),
    path(f"{ONE}bao-cao.docx", reports.paper, name="report_paper"),
    path(f"{ONE}phu-luc.xlsx", reports.tables, name="report_tables"),
    path(f"{ONE}take/", reports.take, name="take_report"),
    path(f"{ONE}sent/", reports.sent, name="report_sent"),
    path(f"{ONE}channel/<int:position>/", reports.channel, name="report_channel"),
    path(f"{ONE}<str:name>/<int:position>/<str:which>/", reports.figure, name="report_row"),
    path(f"{ONE}<str:name>/", reports.figure, name="report_figure"),
    path(ONE, reports.report, name="report"),
]
