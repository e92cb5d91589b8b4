from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "pipeline.store"
    label = "store"
    verbose_name = "Gương Sáng"
    default_auto_field = "django.db.models.BigAutoField"
