from django.apps import AppConfig


class ResponseConfig(AppConfig):
    name = "plait_web.response"
