"""The settings, read from the environment here and nowhere else."""

import re
from pathlib import Path
from typing import Annotated, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo.errors import ConfigurationError
from geo.periods import UnknownPeriod, parse_period

PREFIX = "FLURWERK_"
ORIGIN = r"\*|https?://[a-z0-9.\[\]:-]+"

MOST_PER_MINUTE = 1_000_000
"""No limit is higher."""

Audience = Literal["public", "internal"]
Language = Literal["de", "en"]
WEB = r"^https?://[^\s<>]+$"


def default_home() -> Path:
    """Return `.flurwerk` in the checkout that holds this package; for an installed one, in the current folder."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".flurwerk"
    return Path.cwd() / ".flurwerk"


class Settings(BaseSettings):
    """What an installation may choose. The variable `FLURWERK_PORT` sets the field `port`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    # It may hold a password, so it stays out of every printed Settings.
    database_url: Annotated[str | None, Field(repr=False)] = None
    """The database, as `postgresql://user:password@host:port/name`; without it the private server is used."""

    secret: Annotated[str | None, Field(repr=False)] = None
    """From what the passwords of the service's database logins follow; without it, from that of the database URL."""

    home: Annotated[Path, Field(default_factory=default_home)]
    """The folder that holds the private server's data."""

    anonymous_audience: Audience = "public"
    """What people see who have not signed in: the public view, or all internal facts."""

    host: str = "127.0.0.1"
    """The address that `flurwerk serve` listens on."""

    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """The port that `flurwerk serve` listens on."""

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """How many processes answer for `flurwerk serve`; about as many as there are processors to spare."""

    language: Language = "de"
    """The language of pages, tables and reports where a request names none."""

    period: str | None = None
    """The period that pages show where a request names none, such as `2023-H2`; else the last half-year over."""

    statement_timeout_s: Annotated[float, Field(gt=0)] = 30
    """How many seconds one database statement of a web request may take."""

    export_timeout_s: Annotated[float, Field(gt=0)] = 600
    """How many seconds the database may take to deliver one file of records, the reader's pauses included."""

    export_folder: Path | None = None
    """The folder for files while they are made and sent; the system's own for temporary files unless set."""

    pool_size: Annotated[int, Field(ge=1)] = 8
    """How many database connections each process of the web service holds at most for callers without a token; for
    each role of those with one, half as many."""

    largest_body: Annotated[int, Field(ge=1)] = 10_000_000
    """How many bytes the body of a request may have."""

    failed_sign_ins_per_minute: Annotated[int, Field(ge=0, le=MOST_PER_MINUTE)] = 10
    """How many tokens that are not good one address may send a minute; 0: any number, as in the next two."""

    exports_per_minute: Annotated[int, Field(ge=0, le=MOST_PER_MINUTE)] = 30
    """How many files of records, hand-outs and report documents one client may ask for a minute."""

    computations_per_minute: Annotated[int, Field(ge=0, le=MOST_PER_MINUTE)] = 120
    """How many forms that need no token, such as a search for plots that match, one client may send a minute."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """The web sites whose scripts may ask the service, such as `https://karte.example.org,https://example.org`; `*`
    for all. None unless set."""

    report_template: Path | None = None
    """A Word template of reports in place of Flurwerk's own (docs/report.md)."""

    publisher_name: str = "Flurwerk"
    """Who publishes the data: named in the metadata and by whoever uses them."""

    publisher_url: Annotated[str | None, Field(pattern=WEB)] = None
    """The publisher's web site."""

    contact_email: Annotated[str | None, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] = None
    """A shared mailbox for questions about the data."""

    contact_url: Annotated[str | None, Field(pattern=WEB)] = None
    """A page with ways to ask about the data."""

    basemap_style: Annotated[str | None, Field(pattern=WEB)] = None
    """A style of vector tiles to draw beneath the interactive map, such as that of basemap.de; its host learns who
    looks where. Without one no request leaves this server's own host."""

    basemap_attribution: str = "© GeoBasis-DE / BKG"
    """Whom the basemap's terms of use want named."""

    contact_team: str | None = None
    """The agency's team that advises on plots, as hand-outs name it; no person."""

    contact_phone: Annotated[str | None, Field(pattern=r"^\+?[0-9 ()/–-]+$")] = None
    """The team's telephone number."""

    contact_address: str | None = None
    """The team's postal address, its lines separated by commas."""

    handout_timeout_s: Annotated[float, Field(gt=0)] = 90
    """How many seconds making one hand-out may take."""

    report_folder: Path | None = None
    """The folder to which `flurwerk report --due` writes drafts, a folder for each period; `reports` in the folder
    `FLURWERK_HOME` unless set."""

    licence: Literal["dl-de/by-2-0", "dl-de/zero-2-0", "cc-by-4.0", "cc-zero"] = "dl-de/by-2-0"
    """The licence of the public layers; the others are for internal use."""

    municipality_key: Annotated[str | None, Field(pattern=r"^[0-9]{8}$")] = None
    """The city's official key (AGS) for DCAT-AP.de, such as `05913000` for Dortmund."""

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _are_origins(cls, value: object) -> object:
        origins = tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value
        if isinstance(origins, tuple) and not all(re.fullmatch(ORIGIN, origin) for origin in origins):
            raise ValueError("write origins such as https://karte.example.org, separated by commas, or *")
        return origins

    tile_cache_mb: Annotated[float, Field(ge=0)] = 256
    """How many megabytes of drawn tiles the database keeps; 0 keeps none."""

    @field_validator("database_url")
    @classmethod
    def _is_a_connection_string(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                conninfo_to_dict(value)
            except ProgrammingError:
                # libpq's own message may quote the password.
                raise ValueError("use the form postgresql://user:password@host:port/name") from None
        return value

    @field_validator("period")
    @classmethod
    def _is_a_period(cls, value: str | None) -> str | None:
        try:
            return value if value is None else parse_period(value).name
        except UnknownPeriod as error:
            raise ValueError(str(error)) from None

    @field_validator("home")
    @classmethod
    def _is_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def load_settings(**overrides: object) -> Settings:
    """Return the settings; `overrides` (a command's options) win over the environment, unless they are None.

    Raises ConfigurationError naming the variable and the reason, never the value (it may be a password).
    """
    try:
        return Settings.model_validate({k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{variable} cannot be used.", f"Reason: {reason.removesuffix('.')}.") from None
