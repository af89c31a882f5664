"""Each column of the database says what kind of data it holds, so that none is added without a thought."""

from django.apps import apps

CLASSES = {"plain", "personal", "special", "secret"}


def _ours():
    return [model for model in apps.get_models() if model.__module__.startswith("plait_web.")]


def test_every_field_of_every_model_is_classed_once():
    wrong = []
    for model in _ours():
        classed = [name for names in getattr(model, "privacy", {}).values() for name in names]
        fields = {f.name for f in model._meta.get_fields() if not f.auto_created or f.concrete}
        if sorted(classed) != sorted(fields):
            wrong.append((model._meta.label, sorted(fields ^ set(classed))))
    assert wrong == []


def test_only_known_classes_are_used():
    assert {name for model in _ours() for name in model.privacy} <= CLASSES
