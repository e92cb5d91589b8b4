"""Addresses of what one does with many stories, with filters, and with versions."""

from __future__ import annotations

from django.urls import path

from pipeline.web.desk.triage import bulk, erasing, saved, versions

urlpatterns = [
    path("many/", bulk.decide, name="decide_many"),
    path("many/<uuid:batch>/undo/", bulk.undo, name="undo_many"),
    path("views/", saved.save, name="save_view"),
    path("views/<int:pk>/name/", saved.rename, name="rename_view"),
    path("views/<int:pk>/drop/", saved.drop, name="drop_view"),
    path("story/<uuid:public_id>/erase/", erasing.erase, name="erase_story"),
    path("story/<uuid:public_id>/history/", versions.history, name="history"),
    path(
        "story/<uuid:public_id>/history/undo/<uuid:batch>/",
        bulk.undo,
        name="undo_many_from_history",
    ),
    path("story/<uuid:public_id>/bring-back/", versions.bring_back, name="bring_back"),
    path(
        "story/<uuid:public_id>/differences/<int:article>/",
        versions.against_original,
        name="differences",
    ),
]
