from pathlib import Path

import pytest
from pydantic import ValidationError

from crm_saas.config import Settings, SettingsError, environ_of, load_settings

SERVICES = {
    "CRM_DATABASE_URL": "postgresql://crm_app:geheim@127.0.0.1:5432/crm",
    "CRM_REDIS_URL": "redis://:geheim@127.0.0.1:6379/0",
    "CRM_SECRET_KEY": "x" * 32,
}


def test_settings_come_from_variables_with_the_prefix_only() -> None:
    settings = load_settings(SERVICES | {"CRM_PORT": "9000", "PORT": "1", "CRM_DATA_DIR": "/srv/crm data"})
    assert settings.port == 9000
    assert settings.data_dir == Path("/srv/crm data")


def test_production_needs_encryption_keys() -> None:
    with pytest.raises(SettingsError, match="CRM_ENCRYPTION_KEYS"):
        load_settings(SERVICES | {"CRM_ENVIRONMENT": "production"})


def test_earlier_secret_keys_are_long_too() -> None:
    given = SERVICES | {"CRM_SECRET_KEY_FALLBACKS": f"{'a' * 32}, {'b' * 32}"}
    assert load_settings(given).earlier_secret_keys == ["a" * 32, "b" * 32]
    with pytest.raises(SettingsError, match="CRM_SECRET_KEY_FALLBACKS"):
        load_settings(SERVICES | {"CRM_SECRET_KEY_FALLBACKS": "short"})


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^CRM_PROT is not a setting$"):
        load_settings(SERVICES | {"CRM_PROT": "9000"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRM_PORT", "many"),
        ("CRM_PORT", "0"),
        ("CRM_PORT", "65536"),
        ("CRM_ENVIRONMENT", "staging"),
        ("CRM_WEB_THREADS", "0"),
        ("CRM_SECRET_KEY", "short"),
        ("CRM_BASE_URL", "http://crm.example/"),
        ("CRM_BASE_URL", "crm.example"),
        ("CRM_DEMO", "perhaps"),
        ("CRM_NODES", "second=postgresql://x"),
        ("CRM_NODES", '{"default": "postgresql://x"}'),
        ("CRM_OWNER_NODES", '{"second": "postgresql://x"}'),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(SERVICES | {name: value})
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"CRM_PORT.*CRM_X is not a setting"):
        load_settings(SERVICES | {"CRM_PORT": "many", "CRM_X": "1"})


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_settings(SERVICES | {"CRM_SMTP_URL": "", "CRM_PORT": ""}).port == 8000


def test_without_services_the_missing_ones_are_named() -> None:
    with pytest.raises(SettingsError, match="CRM_DATABASE_URL, CRM_SECRET_KEY"):
        load_settings({"CRM_REDIS_URL": SERVICES["CRM_REDIS_URL"]})


def test_the_base_url_follows_the_port() -> None:
    assert load_settings({"CRM_PORT": "8123"}, services=False).base_url == "http://localhost:8123"


def test_a_child_reads_the_same_settings() -> None:
    settings = load_settings(
        SERVICES | {"CRM_DEMO": "true", "CRM_OWNER_DATABASE_URL": "postgresql://o", "CRM_PORT": "8124"}
    )
    assert load_settings(environ_of(settings)) == settings


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


def test_secrets_are_not_in_the_repr() -> None:
    assert "geheim" not in repr(load_settings(SERVICES))
    assert "x" * 32 not in repr(load_settings(SERVICES))


def test_nodes_are_named_in_json_and_survive_the_way_to_a_child() -> None:
    nodes = {"CRM_NODES": '{"second": "postgresql://a:b@c/d"}', "CRM_OWNER_NODES": '{"second": "postgresql://o:b@c/d"}'}
    settings = load_settings(SERVICES | nodes)
    assert settings.nodes == {"second": "postgresql://a:b@c/d"}
    assert load_settings(environ_of(settings)) == settings
    assert "a:b@c" not in repr(settings)
    assert "CRM_OWNER_NODES" not in environ_of(settings.without_owner())
