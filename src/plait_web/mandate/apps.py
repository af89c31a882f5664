from django.apps import AppConfig


class MandateConfig(AppConfig):
    name = "plait_web.mandate"
