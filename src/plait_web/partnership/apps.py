from django.apps import AppConfig


class PartnershipConfig(AppConfig):
    name = "plait_web.partnership"
