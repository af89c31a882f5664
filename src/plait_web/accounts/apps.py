from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "plait_web.accounts"
