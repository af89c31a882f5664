from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "plait_web.returns"
