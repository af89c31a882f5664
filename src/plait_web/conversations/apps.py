from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "plait_web.conversations"
