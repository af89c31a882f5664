from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "plait_web.accounts"

    def ready(self) -> None:
        post_migrate.connect(make_shared_cache, sender=self)


def make_shared_cache(using: str, **_: Any) -> None:
    """The table that counts tries to sign in is there once the others are. Nothing happens when it is there already."""
    call_command("createcachetable", database=using, verbosity=0)
