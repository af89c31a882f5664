from django.apps import AppConfig


class MaturityConfig(AppConfig):
    name = "plait_web.maturity"
