from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    name = "plait_web.release"
