from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "plait_web.audit"
