from django.apps import AppConfig


class GroundworkConfig(AppConfig):
    name = "plait_web.groundwork"
