"""The settings of the service: one class, read once, passed on; nothing else reads the environment."""

from __future__ import annotations

import base64
import ipaddress
import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

OTHER_VARIABLES = frozenset({"YIDA_MODELS_DIR", "YIDA_MODELS_SOURCE", "YIDA_API_KEY"})
"""Of `models.weights`, and of commands that call the service."""
MOST_OPERATORS = 100_000
_PREFIX = "YIDA_"


class Settings(BaseSettings):
    """Every setting has a default; each is the environment variable of its name with `YIDA_` before it."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    """Address to listen on. Any but a loopback address needs `api_keys`."""
    port: int = Field(default=8000, ge=0, le=65535)
    """TCP port to listen on; 0 takes a free one."""
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Keys of which every request must carry one, separated by commas. Without keys only this machine is served."""
    twilio_auth_token: SecretStr | None = None
    """Auth token of the Twilio account; with it, media streams must be signed (or carry an API key)."""
    audiohook_secret: SecretStr | None = None
    """Client secret of the AudioHook integration, in base64; its API key must be one of `api_keys`."""
    funasr_port: int | None = Field(default=None, ge=1, le=65535)
    """Port on which the FunASR protocol is also served at `/`; its clients expect 10095."""
    vosk_port: int | None = Field(default=None, ge=1, le=65535)
    """Port on which the Vosk protocol is also served at `/`; its clients expect 2700."""
    data_dir: Path = Path("data")
    """Folder for everything that the service keeps."""
    database_url: str | None = None
    """`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`; by default a SQLite file in `data_dir`."""
    node: str = Field(default="main", min_length=1, max_length=100)
    """Name of this process. Processes that share a database need different names that survive a restart."""
    model: str = "whisper-base"
    """Speech model: a name from `yida models list`, or a folder."""
    guide: bool = True
    """Whether the voice guide answers calls that ask for it; without it, they are refused."""
    operators: int | Literal["present"] | None = None
    """Operators whom the guide can hand callers to, and who take calls through this service: their number, or
    `present` for those whose page says that they take calls. When all are busy, callers queue here. By default the
    telephone system has the queue, and takes everybody."""
    voice: str = "zf_xiaobei"
    """Voice of the guide: zf_xiaobei zf_xiaoni zf_xiaoxiao zf_xiaoyi, or a man's: zm_yunjian zm_yunxi zm_yunxia
    zm_yunyang."""
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    """Decoding threads."""
    max_calls: int | None = Field(default=None, ge=1, le=10_000)
    """Live calls at a time; further ones are refused. By default as many as recognition keeps up with."""
    llm_url: str | None = None
    """Base of an OpenAI-compatible API (`http://127.0.0.1:11434/v1`) that gives a second opinion on drafts; off by
    default. Its values count only when their quote stands in the transcript."""
    llm_model: str = "default"
    """Name of the model there."""
    llm_key: SecretStr | None = None
    """Sent to it as a bearer token."""
    gazetteer: Path | None = None
    """CSV of the districts, streets and communities of the hotline's area; by default those of Beijing."""
    landmarks: Path | None = None
    """CSV of stations and other landmarks; by default Beijing's subway stations, or none beside a gazetteer of your
    own."""
    catalogue: Path | None = None
    """TOML of the categories of requests; by default those that ship with Yida."""
    categories: Path | None = None
    """The classifier trained from it with `yida train categories`."""
    units: Path | None = None
    """List of units that are complained about by name."""
    spans: Path | None = None
    """The tagger of what tells place, unit and time, trained with `yida train spans`."""
    adapter: Path | None = None
    """What adapts the speech model to your calls, learned with `yida train recogniser`."""
    hotwords: Annotated[tuple[str, ...], NoDecode] = ()
    """Names and terms that calls are likely to bring up, separated by commas."""

    @field_validator("api_keys", "hotwords", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(key.strip() for key in value.split(",") if key.strip())
        return value

    @field_validator("api_keys", mode="before")
    @classmethod
    def _names_a_key(cls, value: object) -> object:
        if isinstance(value, str) and value.strip() and not value.strip(", "):
            raise ValueError("no key between the commas; expected KEY,KEY or nothing at all")
        return value

    @field_validator("operators", mode="before")
    @classmethod
    def _are_people(cls, value: object) -> object:
        if value in (None, "present"):
            return value
        if not str(value).isdecimal() or not 1 <= int(str(value)) <= MOST_OPERATORS:
            raise ValueError(f"expected their number, 1 to {MOST_OPERATORS}, or present")
        return int(str(value))

    @field_validator("llm_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://none")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected http://HOST[:PORT]/PATH or https://…, up to /v1")
        return value

    @field_validator("audiohook_secret")
    @classmethod
    def _is_base64(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            base64.b64decode(value.get_secret_value() if value else "", validate=True)
        except ValueError as error:
            raise ValueError("expected base64, as Genesys shows it") from error
        return value

    @model_validator(mode="after")
    def _others_need_a_key(self) -> Self:
        if not self.api_keys and not is_loopback(self.host):
            raise ValueError(
                f"host: {self.host} can be reached from other machines, and anybody there could listen to calls; "
                "set YIDA_API_KEYS, or leave host at 127.0.0.1"
            )
        return self

    @property
    def database(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{self.data_dir / 'yida.db'}"


def unknown_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Variables that begin like ours and are none, each with the one that is probably meant."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    for name in sorted(environment):
        if name.upper().startswith(_PREFIX) and name.upper() not in known and not name.startswith("YIDA_TEST_"):
            yield name, next(iter(get_close_matches(name.upper(), known, 1)), None)


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) can mean this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
