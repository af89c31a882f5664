from django.apps import AppConfig


class CrosswalkConfig(AppConfig):
    name = "plait_web.crosswalk"
