from django.apps import AppConfig


class PictureConfig(AppConfig):
    name = "plait_web.picture"
