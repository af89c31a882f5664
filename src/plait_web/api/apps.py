from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "plait_web.api"
