from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter

from pipeline.web.desk import auditing, learning
from pipeline.web.desk.accounts import account, people, second_step
from pipeline.web.desk.digest import composing, deliveries, digests, withdrawals
from pipeline.web.desk.figures import urls as report_urls
from pipeline.web.desk.figures import watching
from pipeline.web.desk.register import urls as register_urls
from pipeline.web.desk.triage import deciding, editing, inbox, regrouping
from pipeline.web.desk.triage import urls as triage_urls


class StoryStep:
    regex = "|".join(deciding.STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DigestStep(StoryStep):
    regex = "|".join(composing.STEPS)


class PersonStep(StoryStep):
    regex = "|".join(people.STEPS)


class Week(StoryStep):
    regex = r"\d{4}-W\d{2}"


register_converter(StoryStep, "story_step")
register_converter(DigestStep, "digest_step")
register_converter(PersonStep, "person_step")
register_converter(Week, "week")

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="desk:login"), name="logout"),
    path("login/code/", second_step.code, name="code"),
    path("second-step/", second_step.settings, name="second_step"),
    path("password/", account.password, name="password"),
    path("invitation/<uidb64>/<token>/", account.Invitation.as_view(), name="invitation"),
    path("story/<uuid:public_id>/", inbox.story, name="story"),
    path("story/<uuid:public_id>/page/<int:article>/", inbox.archived, name="archived"),
    path("story/<uuid:public_id>/edit/", editing.edit, name="edit"),
    path("story/<uuid:public_id>/check/", editing.findings, name="findings"),
    path("story/<uuid:public_id>/withdrawn/", withdrawals.handled, name="handle_withdrawal"),
    path("story/<uuid:public_id>/withdraw/", withdrawals.take_back, name="withdraw"),
    path("story/<uuid:public_id>/restore/", withdrawals.put_back, name="restore"),
    path("story/<uuid:public_id>/merge/", regrouping.merge, name="merge"),
    path("story/<uuid:public_id>/split/", regrouping.split, name="split"),
    path("story/<uuid:public_id>/identity/", regrouping.identity, name="identity"),
    path("story/<uuid:public_id>/<story_step:step>/", deciding.decide, name="decide"),
    path("amendments/<int:key>/", deliveries.amendment, name="amendment"),
    path("digests/", digests.digests, name="digests"),
    path("digests/draft/", digests.draft, name="draft"),
    path("digests/<week:week>/", digests.digest, name="digest"),
    path("digests/<week:week>/preview/<slug:channel>/", digests.preview, name="preview"),
    path("digests/<week:week>/publish/", deliveries.publish_now, name="publish_now"),
    path("digests/<week:week>/<digest_step:step>/", composing.change, name="change"),
    path("sources/", watching.sources, name="sources"),
    path("overview/", watching.overview, name="overview"),
    path("learning/", learning.learning, name="learning"),
    path("overview/doubted/", withdrawals.settle, name="settle_doubted"),
    path(
        "deliveries/<int:number>/<slug:channel>/<slug:decision>/",
        deliveries.decide,
        name="delivery",
    ),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="add_person"),
    path("people/<int:pk>/", people.one, name="person"),
    path("people/<int:pk>/<person_step:step>/", people.act, name="change_person"),
    path("audit/", auditing.audit, name="audit"),
    path("audit.csv", auditing.export, name="audit_csv"),
    *register_urls.urlpatterns,
    *report_urls.urlpatterns,
    *triage_urls.urlpatterns,
]
