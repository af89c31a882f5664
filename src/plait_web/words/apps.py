from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "plait_web.words"
