"""Safe defaults, and errors that say what to do."""

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from api.commands import app
from api.settings import Settings, is_loopback, unknown_variables


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


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("YIDA_API_KEYS=,,", "YIDA_API_KEYS: no key between the commas"),
        ("YIDA_LLM_URL=foo", "YIDA_LLM_URL=foo: expected http://"),
        ("YIDA_OPERATORS=0", "YIDA_OPERATORS=0: expected their number, 1 to"),
        ("YIDA_PORT=x", "YIDA_PORT=x: Input should be a valid integer"),
        ("YIDA_AUDIOHOOK_SECRET=?", "YIDA_AUDIOHOOK_SECRET: expected base64"),
        ("YIDA_HOST=0.0.0.0", "host: 0.0.0.0 can be reached"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(setting: str, told: str) -> None:
    name, _, value = setting.partition("=")
    result = CliRunner().invoke(app, ["serve"], env={name: value})
    assert result.exit_code == 2
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1


def test_keys_are_not_printed() -> None:
    assert "hush" not in CliRunner().invoke(app, ["serve"], env={"YIDA_AUDIOHOOK_SECRET": "hush!"}).stderr


def test_a_variable_that_is_none_is_told_with_the_one_that_is_meant() -> None:
    environment = {
        "YIDA_GUDIE": "false",
        "YIDA_PORT": "1",
        "YIDA_MODELS_DIR": "x",
        "YIDA_COFFEE_MACHINE": "",
        "HOME": "/",
    }
    assert dict(unknown_variables(environment)) == {"YIDA_GUDIE": "YIDA_GUIDE", "YIDA_COFFEE_MACHINE": None}


def test_every_setting_is_documented() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
