from django.apps import apps
from django.db import models

from intake.rules import classification


def test_every_column_is_sealed_or_plain() -> None:
    for model in apps.get_app_config("intake").get_models():
        sealed = classification.SEALED.get(model.__name__, frozenset())
        plain = classification.PLAIN[model.__name__]
        assert not sealed & plain
        assert sealed | plain == {
            field.name for field in model._meta.get_fields(include_parents=False) if field.concrete
        }


def test_classified_models_all_exist() -> None:
    names = {model.__name__ for model in apps.get_app_config("intake").get_models()}

    assert set(classification.PLAIN) == names
    assert set(classification.SEALED) <= names


def test_sealed_columns_are_binary() -> None:
    for name, columns in classification.SEALED.items():
        model = apps.get_model("intake", name)
        assert {type(model._meta.get_field(column)) for column in columns} == {models.BinaryField}
