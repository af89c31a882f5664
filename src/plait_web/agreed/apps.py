from django.apps import AppConfig


class AgreedConfig(AppConfig):
    name = "plait_web.agreed"
