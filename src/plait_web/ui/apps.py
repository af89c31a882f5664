from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "plait_web.ui"
