from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "plait_web.quality"
