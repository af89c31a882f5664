from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "plait_web.returns"

    def ready(self) -> None:
        from plait_web.returns import handover  # noqa: F401 - adds its parts to the handover pack
