from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "plait_web.knowledge"
