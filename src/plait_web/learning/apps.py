from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "plait_web.learning"
