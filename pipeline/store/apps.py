from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    name = "pipeline.store"
    label = "store"
    verbose_name = "Gương Sáng"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pipeline.store import guarding, searching

        def index_words(using: str, **_: Any) -> None:
            searching.install(using)

        def guard_what_may_not_be(using: str, **_: Any) -> None:
            guarding.install(using)

        post_migrate.connect(index_words, sender=self, weak=False)
        post_migrate.connect(guard_what_may_not_be, sender=self, weak=False)
