"""Safe defaults, and errors that say what to do."""

import pytest
from pydantic import ValidationError

from api.settings import Settings, is_loopback


def test_runs_without_any_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"YIDA_{name.upper()}", raising=False)
    settings = Settings()
    assert (settings.host, settings.port, settings.api_keys) == ("127.0.0.1", 8000, ())
    assert settings.database == "sqlite:///data/yida.db"


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDA_API_KEYS", "first-key, second-key,")
    monkeypatch.setenv("YIDA_HOST", "0.0.0.0")
    monkeypatch.setenv("YIDA_DATABASE_URL", "postgresql://db/yida")
    settings = Settings()
    assert [key.get_secret_value() for key in settings.api_keys] == ["first-key", "second-key"]
    assert settings.database == "postgresql://db/yida"
    assert "first-key" not in repr(settings)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "yida.example"])
def test_other_machines_are_not_served_without_keys(host: str) -> None:
    with pytest.raises(ValidationError, match="YIDA_API_KEYS"):
        Settings(host=host)
    assert Settings(host=host, api_keys="k").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_addresses_need_no_keys(host: str) -> None:
    assert is_loopback(host)
    assert Settings(host=host).host == host


def test_an_error_does_not_show_what_was_given() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(port="top secret")
    assert "top secret" not in str(caught.value)


def test_every_setting_is_documented() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
