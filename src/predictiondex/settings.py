"""The one place that reads the environment.

Every setting is an environment variable with the prefix ``PDX_``: ``PDX_PORT=8080`` sets ``port``.
Nothing else in the project looks at ``os.environ`` for its own configuration.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from predictiondex.messages.text import Lang

#: A year: the clocks of some systems count not much further.
_MOST_SECONDS = 365 * 24 * 3600.0
#: A terabyte; and what a worker needs for a few segments that each hold the longest prediction.
_MOST_SPOOL_MB = 1024 * 1024.0
_LEAST_SPOOL_MB = 0.25

#: As SQLAlchemy reads the addresses of the databases that the store knows. Without asking it: it is not
#: loaded where nobody needs a database.
_DATABASE = re.compile(
    r"sqlite(\+pysqlite)?://(/.*)?"
    r"|postgres(ql(\+psycopg)?)?://([^@]*@)?(\[[^/?]*\]|[^/:?]*)(:\d*)?([/?].*)?",
    re.DOTALL,
)


def checkout() -> Path | None:
    """The project's checkout when the package runs from one, else ``None`` (installed from a wheel)."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pdx.py").is_file() and (root / "pyproject.toml").is_file() else None


def default_home() -> Path:
    """``.pdx`` inside a checkout, the platform's folder for user data elsewhere."""
    root = checkout()
    return root / ".pdx" if root else user_data_path("predictiondex", appauthor=False)


def reachable(host: str) -> str:
    """The host a client on this machine connects to when a server listens on ``host``."""
    host = host.strip("[]")  # as Docker takes an IPv6 address, too
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def on_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def by_proxy(url: str) -> bool:
    """Whether a proxy of the environment may lead to an address: none leads to this machine itself."""
    try:
        return not on_loopback(urlsplit(url).hostname or "")
    except ValueError:  # no address at all: whoever asks it will say so
        return True


def _is_http(url: str) -> bool:
    """Whether a path can be put behind this address to ask there."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # looking at them may raise
        (host or "").encode("idna")
    except ValueError:
        return False
    plain = url.isprintable() and not set(url) & set(" ?#\\")
    return plain and parts.scheme in ("http", "https") and bool(host)


def _docs(api_url: str) -> str:
    """The documentation of an API that browsers on this machine reach; elsewhere nobody knows its address."""
    local = api_url.startswith(("http://127.", "http://localhost:", "http://[::1]:"))
    return f"{api_url}/docs" if local else ""


class Settings(BaseSettings):
    """Configuration of every program of the project.

    Precedence: arguments of the constructor (the CLI passes its options so), then ``PDX_`` variables,
    then the defaults below. A value of the wrong shape raises ``pydantic.ValidationError`` naming it.
    """

    model_config = SettingsConfigDict(
        env_prefix="PDX_", frozen=True, env_ignore_empty=True, allow_inf_nan=False
    )

    home: Path = Field(
        default_factory=default_home,
        description="Folder of everything the program writes: database, models, logs, state.",
    )
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{(data['home'] / 'predictiondex.db').as_posix()}",
        repr=False,
        description="SQLAlchemy address of the database. Default: a SQLite file in the home.",
    )
    host: str = Field(default="127.0.0.1", description="Address the API and the page listen on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    ui_port: int = Field(default=8501, ge=1, le=65535, description="Port of the page.")
    api_url: str = Field(
        default_factory=lambda data: f"http://{reachable(data['host'])}:{data['port']}",
        description="Where the page and the CLI find the API. Default: the host and port above.",
    )
    lang: Lang = Field(default="en", description="Language of the CLI's answers: en or fr.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe message that is logged."
    )
    start_timeout: float = Field(
        default=600.0,
        gt=0,
        le=_MOST_SECONDS,
        description="Seconds that `up` waits for a service to become ready.",
    )
    stop_timeout: float = Field(
        default=10.0,
        gt=0,
        le=_MOST_SECONDS,
        description="Seconds that a service gets to stop before it is killed.",
    )
    pokeapi_url: str = Field(
        default="https://pokeapi.co/api/v2", description="PokeAPI, or a copy of it, for `etl run`."
    )
    pokepedia_url: str = Field(
        default="https://www.pokepedia.fr", description="The wiki that `etl run` may cross-check with."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that answer requests.")
    auth: Literal["auto", "on"] = Field(
        default="auto", description="`auto`: API keys are asked for unless the API listens on loopback."
    )
    keys_file: Path = Field(
        default_factory=lambda data: data["home"] / "keys.json",
        description="File of the API keys' hashes; changes are seen without a restart.",
    )
    api_key: str = Field(
        default="",
        repr=False,
        description="The key that page and commands send; the API accepts it besides those of the file.",
    )
    rate_limit: str = Field(
        default="6000/minute", description="Requests that a key may make; a key's own limit comes first."
    )
    request_timeout: float = Field(
        default=30.0,
        gt=0,
        le=_MOST_SECONDS,
        description="Seconds that an answer may take; plans get four times as long.",
    )
    max_simulations: int = Field(
        default=20_000, ge=1, le=20_000, description="Battles that a request may ask for."
    )
    answers_kept: int = Field(
        default=2048, ge=0, description="Different answers that each worker keeps to give again."
    )
    cors_origins: str = Field(
        default="", description="Origins whose pages may call the API from a browser, separated by commas."
    )
    docs: bool = Field(default=True, description="Serve /docs and /openapi.json.")
    metrics: Literal["open", "key", "off"] = Field(
        default="open", description="/metrics is for everybody, for keys with the scope admin, or off."
    )
    spool_mb: float = Field(
        default=256.0,
        gt=0,
        le=_MOST_SPOOL_MB,
        description="Megabytes of predictions that may wait for the database.",
    )
    spool_full: Literal["refuse", "drop"] = Field(
        default="refuse",
        description="When no more can wait: refuse predictions (503), or lose and count.",
    )
    train_on_start: bool = Field(
        default=True,
        description="`up` trains a first model in the background where there is none.",
    )
    model_source: str = Field(
        default="",
        repr=False,
        description="An MLflow server whose champion the API serves. Empty: the models of the home.",
    )
    shadow_budget: float = Field(
        default=0.03,
        ge=0,
        le=1,
        description="Share of one core that the watcher beside the API may use; 0: nobody watches.",
    )
    watch_seconds: float = Field(
        default=15.0, gt=0, le=_MOST_SECONDS, description="Pause between two looks of the watcher."
    )
    drift_report_hours: float = Field(
        default=24.0,
        ge=0,
        description="Hours between two drift reports by Evidently, where it is installed; 0: none.",
    )
    docs_url: str = Field(
        default_factory=lambda data: _docs(data["api_url"]),
        description="Where a browser finds the API's documentation: a link of the page. Default: that of an "
        "API on this machine.",
    )
    grafana_url: str = Field(default="", description="Where a browser finds Grafana. Empty: there is none.")
    prometheus_url: str = Field(
        default="", description="Where a browser finds Prometheus. Empty: there is none."
    )
    mlflow_url: str = Field(default="", description="Where a browser finds MLflow. Empty: there is none.")
    probes: str = Field(
        default="",
        description="Where the page's server finds them, if not at the same addresses: "
        "`grafana=http://grafana:3000,mlflow=http://mlflow:5000`.",
    )
    sprites_url: str = Field(
        default="",
        description="Pictures of the Pokémon, with `{dex}`, `{id}` or `{slug}` in the address, that browsers "
        "fetch. Empty: the page's own.",
    )
    require_real: bool = Field(
        default=False, description="Tests fail, not skip, when a component outside Python is missing."
    )

    @field_validator("home", "keys_file")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError:
            raise ValueError(f"{value.parts[0]} is nobody's folder here") from None

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str) -> str:
        """Not repeated where it is wrong: there may be a password in it."""
        if not _DATABASE.fullmatch(value):
            raise ValueError(
                "this is no address of a database: write one such as sqlite:////var/lib/dex.db or "
                "postgresql://dex@127.0.0.1/dex"
            )
        return value

    @field_validator("spool_mb")
    @classmethod
    def _spool_for_all(cls, value: float, others: ValidationInfo) -> float:
        least = _LEAST_SPOOL_MB * others.data.get("workers", 1)
        if value < least:
            raise ValueError(f"this is too little: {least:g} are needed, {_LEAST_SPOOL_MB:g} for each worker")
        return value

    @field_validator("api_key")
    @classmethod
    def _plain_api_key(cls, value: str) -> str:
        """Without the end of the line that files bring along; what no header can carry is no key."""
        value = value.strip()
        if not (value.isascii() and value.isprintable()):
            raise ValueError("a key has printable ASCII characters only")
        return value

    @field_validator("api_url")
    @classmethod
    def _bare_api_url(cls, value: str) -> str:
        if not _is_http(value):
            raise ValueError(f"{value!r} is no address: write one such as http://127.0.0.1:8000")
        return value.rstrip("/")

    @property
    def local_api_url(self) -> str:
        """Address of the API that this machine itself serves."""
        return f"http://{reachable(self.host)}:{self.port}"

    @property
    def ui_url(self) -> str:
        """Address of the page for a browser on this machine."""
        return f"http://{reachable(self.host)}:{self.ui_port}"

    @property
    def run(self) -> Path:
        """Folder of what the processes of a running service tell each other."""
        return self.home / "run"

    @property
    def models(self) -> Path:
        """Folder of the model registry."""
        return self.home / "models"

    @property
    def datasets(self) -> Path:
        """Folder of the datasets that models are trained on."""
        return self.home / "datasets"

    @property
    def logs(self) -> Path:
        """Folder of the log files."""
        return self.home / "logs"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once. ``get_settings.cache_clear()`` reads them anew."""
    return Settings()


def variables(values: Mapping[str, object]) -> dict[str, str]:
    """Settings, by the names of their fields, as what a program that is started with them finds around it."""
    return {f"PDX_{field.upper()}": str(value) for field, value in values.items()}


def faults(error: ValidationError) -> list[str]:
    """What is wrong, a line each: with the variable that sets it, where it is a setting, else the field."""
    found = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        if problem["type"] != "default_factory_not_called":  # follows from another problem
            field = ".".join(str(part) for part in problem["loc"])
            name = f"PDX_{field.upper()}" if error.title == Settings.__name__ else field
            found.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
    return found
