from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "plait_web.network"
