from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "plait_web.packs"
