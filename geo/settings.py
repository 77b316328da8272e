"""The settings of an installation. The environment is read here and nowhere else."""

import os
import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo.errors import ConfigurationError
from geo.periods import UnknownPeriod, parse_period
from geo.text import Text

PREFIX = "FLURWERK_"
FILE_SUFFIX = "_FILE"
"""Of a variable that names a file with the setting's value; for secrets only."""

OF_THE_TESTS = ("FLURWERK_TEST_", "FLURWERK_CHROMIUM")
"""How variables begin that are no settings."""

ORIGIN = r"\*|https?://[a-z0-9.\[\]:-]+"

OF_THE_PROFILE = {
    "PUBLISHER_NAME": "name in [publisher]",
    "PUBLISHER_URL": "url in [publisher]",
    "MUNICIPALITY_KEY": "ags in [place]",
    "BASEMAP_STYLE": 'url of a table [[backgrounds]] of the kind "style"',
    "BASEMAP_ATTRIBUTION": "attribution of a table [[backgrounds]]",
}
"""Variables that were settings before there were profiles, and the key that has their meaning now."""

MAX_PER_MINUTE = 1_000_000
"""The highest value of a rate limit."""

Audience = Literal["public", "internal"]
Language = Literal["de", "en"]
WEB_URL = r"^https?://[^\s<>]+$"
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
MAILBOX = rf"^{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*$"
"""An address of the kind that can be written without quotation marks (RFC 5322, 3.4.1)."""
CONTRIBUTOR = r"^http://dcat-ap\.de/def/contributors/[A-Za-z0-9_-]+$"


def default_home() -> Path:
    """Return `.flurwerk` in the checkout that holds this package; for an installed one, in the current folder."""
    return (_checkout() or Path.cwd()) / ".flurwerk"


def _checkout() -> Path | None:
    """Return the checkout that holds this package, or None for an installed one."""
    folder = Path(__file__).resolve().parent.parent
    return folder if (folder / "pyproject.toml").is_file() else None


class Settings(BaseSettings):
    """The settings of an installation. The variable `FLURWERK_PORT` sets the field `port`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    # It may hold a password, so it stays out of every printed Settings.
    database_url: Annotated[str | None, Field(repr=False)] = None
    """The database, as `postgresql://user:password@host:port/name`; defaults to the private server."""

    secret: Annotated[str | None, Field(repr=False)] = None
    """Secret from which the service derives its database passwords; defaults to the password in the database URL."""

    home: Annotated[Path, Field(default_factory=default_home)]
    """The folder that holds the private server's data."""

    anonymous_audience: Audience = "public"
    """What anonymous users see: the public view, or all internal facts."""

    profile: Path | None = None
    """The folder with the agency's `profile.toml` (docs/setup.md); defaults to the profile of the sample city."""

    host: str = "127.0.0.1"
    """The address that `flurwerk serve` listens on."""

    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """The port that `flurwerk serve` listens on."""

    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """The number of processes of `flurwerk serve`; about one per spare processor."""

    language: Language = "de"
    """The language of pages, tables and reports if a request does not specify one."""

    period: str | None = None
    """The period that pages show if a request does not specify one, such as `2023-H2`; defaults to the last one
    that is over of those that the agency reports."""

    statement_timeout_s: Annotated[float, Field(gt=0)] = 30
    """Timeout in seconds of one database statement of a web request."""

    export_timeout_s: Annotated[float, Field(gt=0)] = 600
    """Timeout in seconds for reading one exported file from the database, including pauses of the client."""

    export_folder: Path | None = None
    """The folder for exported files while they are written and sent; defaults to the system's temporary folder."""

    pool_size: Annotated[int, Field(ge=1)] = 8
    """The maximum number of database connections per process of the web service for callers without a token; half as
    many for each role of callers with a token."""

    largest_body: Annotated[int, Field(ge=1)] = 10_000_000
    """The maximum size of a request body in bytes."""

    largest_delivery: Annotated[int, Field(ge=1)] = 200_000_000
    """The maximum size in bytes of a file that an editor uploads to be loaded."""

    largest_attachment: Annotated[int, Field(ge=1, le=200_000_000)] = 25_000_000
    """The maximum size in bytes of a photo or document that an editor uploads to a record."""

    retention_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How many days after its deletion `flurwerk purge` deletes what an attachment contained and a memo said."""

    attachment_store: Literal["database", "s3"] = "database"
    """Where uploads are stored from now on: in the database, or in an S3-compatible store. What was stored before stays
    where it is."""

    s3_endpoint: Annotated[str | None, Field(pattern=WEB_URL)] = None
    """The address of the S3-compatible store, such as `https://s3.example.org`."""

    s3_bucket: Annotated[str | None, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] = None
    """The bucket that uploads go to, a private one."""

    s3_region: str = "us-east-1"
    """The store's region; most stores other than Amazon's take any."""

    s3_key_id: str | None = None
    """The id of the key with which the store is called."""

    s3_secret: Annotated[str | None, Field(repr=False)] = None
    """The secret of that key."""

    s3_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$")] = (
        "flurwerk"
    )
    """How the keys of all objects in the bucket begin."""

    s3_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30
    """Timeout in seconds for writing, reading or deleting one object, including what is tried again."""

    client_connections: Annotated[int, Field(ge=1)] = 500
    """The maximum number of clients' connections to one process. Beyond it, a new one replaces the one that has been
    without a complete request for longest."""

    live_changes: bool = True
    """Whether the page shows by itself what others change: it listens to the service, or asks now and then."""

    head_timeout_s: Annotated[float, Field(gt=0)] = 10
    """Timeout in seconds for a client to send a request's head, from the beginning of its connection or request."""

    body_timeout_s: Annotated[float, Field(gt=0)] = 60
    """Timeout in seconds for a client to send a request's body, from the end of its head."""

    keep_alive_s: Annotated[float, Field(gt=0)] = 5
    """How many seconds a connection stays open for the client's next request."""

    shutdown_timeout_s: Annotated[float, Field(gt=0)] = 30
    """How many seconds the service waits for requests in progress when it is stopped; then it cuts them."""

    failed_sign_ins_per_minute: Annotated[int, Field(ge=0, le=MAX_PER_MINUTE)] = 10
    """How many invalid tokens one address may send per minute; 0: no limit, as for the next two settings."""

    exports_per_minute: Annotated[int, Field(ge=0, le=MAX_PER_MINUTE)] = 30
    """How many exported files, hand-outs and report documents one client may request per minute."""

    computations_per_minute: Annotated[int, Field(ge=0, le=MAX_PER_MINUTE)] = 120
    """How many computations that need no token, such as searches for matching plots, one client may request per
    minute."""

    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """The web sites whose scripts may call the service, such as `https://karte.example.org,https://example.org`; `*`
    for all. None by default."""

    report_template: Path | None = None
    """A Word template for reports, used instead of Flurwerk's own (docs/report.md)."""

    contact_email: Annotated[str | None, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] = None
    """A shared mailbox for questions about the data."""

    contact_url: Annotated[str | None, Field(pattern=WEB_URL)] = None
    """A contact page for questions about the data."""

    contact_team: str | None = None
    """The agency's team that advises on plots, as printed on hand-outs; not a person."""

    contact_phone: Annotated[str | None, Field(pattern=r"^\+?[0-9 ()/–-]+$")] = None
    """The team's telephone number."""

    contact_address: str | None = None
    """The team's postal address, its lines separated by commas."""

    handout_timeout_s: Annotated[float, Field(gt=0)] = 90
    """Timeout in seconds for making one hand-out, report document or map."""

    report_folder: Path | None = None
    """The folder to which `flurwerk report --due` copies drafts, one subfolder per period; defaults to `reports` in
    `FLURWERK_HOME`."""

    licence: Literal["dl-de/by-2-0", "dl-de/zero-2-0", "cc-by-4.0", "cc-zero"] = "dl-de/by-2-0"
    """The licence of the public layers; the others are for internal use."""

    dcat_contributor: Annotated[str | None, Field(pattern=r"^http://dcat-ap\.de/def/contributors/[A-Za-z0-9_-]+$")] = (
        None
    )
    """Who delivers the metadata to GovData, by GovData's list, such as `http://dcat-ap.de/def/contributors/openNRW`."""

    dcat_issued: date | None = None
    """The day on which the agency first published the collections, such as `2025-03-01`."""

    openimmo_anid: str | None = None
    """The agency's id as a provider in OpenImmo, as a portal or the association has given it."""

    public_url: Annotated[str | None, Field(pattern=WEB_URL)] = None
    """The address of the map as people call it, such as `https://karte.example.org`, for links in e-mails."""

    smtp_host: str | None = None
    """The mail server that takes the daily digests; unset, none are sent."""

    smtp_port: Annotated[int | None, Field(ge=1, le=65535)] = None
    """Its port; defaults to that of `smtp_security`: 587, 465 or 25."""

    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection to the mail server is encrypted: after a greeting, from the beginning, or not at all."""

    smtp_user: str | None = None
    """The account at the mail server; unset, it takes mail without one."""

    smtp_password: Annotated[str | None, Field(repr=False)] = None
    """Its password."""

    smtp_from: Annotated[str | None, Field(pattern=MAILBOX)] = None
    """The address that the digests come from, a shared mailbox of the agency."""

    @property
    def may_make_private_server(self) -> bool:
        """Whether a command that finds no database may make a private server: in a checkout, or in a named home.

        What is installed (by a unit, in a container) is not meant to keep a city's records in a folder of its own.
        """
        return "home" in self.model_fields_set or _checkout() is not None

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _are_origins(cls, value: object) -> object:
        origins = tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value
        if isinstance(origins, tuple) and not all(re.fullmatch(ORIGIN, origin) for origin in origins):
            raise ValueError("write origins such as https://karte.example.org, separated by commas, or *")
        return origins

    tile_cache_mb: Annotated[float, Field(ge=0)] = 256
    """The size of the tile cache in the database, in megabytes; 0 disables it."""

    @field_validator("database_url")
    @classmethod
    def _is_a_connection_string(cls, value: str | None) -> str | None:
        if value is not None:
            form = "use the form postgresql://user:password@host:port/name"
            try:
                given = conninfo_to_dict(value)
            except ProgrammingError:
                # libpq's own message may quote the password.
                raise ValueError(form) from None
            # So it reads a password in which these are not written as %40, %2F; later messages would quote that.
            ports = re.fullmatch(r"[\d,]*", str(given.get("port") or ""))
            if "://" in value and (not ports or "@" in f"{given.get('host')}{given.get('dbname')}"):
                raise ValueError(f"{form}, with @ : / ? # in the password written as %40 %3A %2F %3F %23")
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


def profile_folder() -> Path | None:
    """Return the folder of the agency's profile, without reading the other settings: terms and layers depend on it."""
    folder = os.environ.get(PREFIX + "PROFILE")
    return Path(folder).expanduser().absolute() if folder else None


def environment_of_processes() -> dict[str, str]:
    """Return the environment for processes that get all else that they need handed over: no secret, but the profile."""
    kept = (PREFIX + "PROFILE",)
    return {name: value for name, value in os.environ.items() if name in kept or not name.startswith((PREFIX, "PG"))}


def load_settings(**overrides: object) -> Settings:
    """Return the settings; `overrides` (a command's options) take precedence over the environment unless None.

    A secret may also be in a file, named by a variable that ends with `_FILE`. Raises ConfigurationError naming the
    variable and the reason, but never the value, which may be a password; also for a variable that is no setting,
    since a misspelt one would have no effect.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    _refuse_unknown_variables()
    try:
        return Settings.model_validate(dict(_read_from_files()) | given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = PREFIX + str(first["loc"][0]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(
            Text(f"{variable} ist ungültig.", f"{variable} is invalid."),
            Text(f"Grund (Meldung): {reason.removesuffix('.')}.", f"Reason: {reason.removesuffix('.')}."),
        ) from None


def _refuse_unknown_variables() -> None:
    known = [name.upper() for name in Settings.model_fields]
    known += [name.upper() + FILE_SUFFIX for name in _secrets()]
    for variable in sorted(map(str.upper, os.environ)):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in known or variable.startswith(OF_THE_TESTS):
            continue
        if name in OF_THE_PROFILE:
            raise ConfigurationError(
                Text(
                    f"{variable} ist keine Einstellung mehr: Das Profil sagt es.",
                    f"{variable} is not a setting any more: the agency's profile says it.",
                ),
                Text(
                    f"Schreiben Sie es als {OF_THE_PROFILE[name]} in profile.toml, deren Ordner "
                    "FLURWERK_PROFILE nennt, und entfernen Sie die Variable.",
                    f"Write it as {OF_THE_PROFILE[name]} of profile.toml, whose folder FLURWERK_PROFILE names, "
                    "and remove "
                    "the variable.",
                ),
            )
        meant = [one for one in known if name in one] or get_close_matches(name, known, 1)
        raise ConfigurationError(
            Text(f"{variable} ist keine Einstellung.", f"{variable} is not a setting."),
            Text(f"Meinten Sie {PREFIX}{meant[0]}?", f"Did you mean {PREFIX}{meant[0]}?")
            if meant
            else Text(
                "Die README nennt die Einstellungen; entfernen Sie sie.", "The README lists the settings; remove it."
            ),
        )


def _secrets() -> list[str]:
    """Return the settings that are never printed."""
    return [name for name, field in Settings.model_fields.items() if not field.repr]


def _read_from_files() -> Iterator[tuple[str, str]]:
    for name in _secrets():
        variable = PREFIX + name.upper()
        path = os.environ.get(variable + FILE_SUFFIX)
        if not path:
            continue
        if os.environ.get(variable):
            raise ConfigurationError(
                Text(
                    f"{variable} und {variable}{FILE_SUFFIX} sind beide gesetzt.",
                    f"{variable} and {variable}{FILE_SUFFIX} are both set.",
                ),
                Text("Entfernen Sie eines davon.", "Remove one of them."),
            )
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not a text in UTF-8"
            raise ConfigurationError(
                Text(
                    f"{variable}{FILE_SUFFIX}: {path} ist nicht zu lesen (Meldung: {reason}).",
                    f"{variable}{FILE_SUFFIX}: {path} cannot be read: {reason}.",
                )
            ) from None
        if not value:
            raise ConfigurationError(
                Text(f"{variable}{FILE_SUFFIX}: {path} ist leer.", f"{variable}{FILE_SUFFIX}: {path} is empty.")
            )
        yield name, value
