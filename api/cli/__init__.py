"""The ``flurwerk`` command."""

import errno
import os
import sys
from importlib import import_module

import click
import psycopg

from geo.errors import FlurwerkError

COMMANDS = {
    "demo": "demo",
    "serve": "service",
    "load": "loading",
    "loads": "loads",
    "inspect": "inspecting",
    "template": "loading",
    "export": "exchange",
    "enrich": "exchange.enriching",
    "compare": "exchange.comparing",
    "kpi": "kpis",
    "report": "report",
    "supply": "supply",
    "demand": "demand",
    "reservations": "reservations",
    "match": "matching",
    "handover": "handover",
    "map": "maps",
    "import": "exchange",
    "digest": "digest",
    "check": "checks",
    "purge": "purging",
    "attachments": "attachments",
    "doctor": "doctor",
    "token": "tokens",
    "init": "init",
    "profile": "profile",
    "migrate": "database",
    "db": "database",
}
"""The module of each command. It is imported only when the command is used: some take a second to import."""

NEEDED = {"demand": ("inquiries",), "match": ("inquiries",), "compare": ("connections",), "handover": ("operators",)}
"""The layers without which there is no such command."""

LANGUAGE = "flurwerk.language"
"""Where a command's context keeps the language that was asked for."""


def keep_language(ctx: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    """Keep the language that a command was asked to speak, also for what refuses it."""
    if language:
        ctx.meta[LANGUAGE] = language
    return language


def language_of_refusals(ctx: click.Context) -> str:
    """Return the language in which errors and results are told: that of --lang or FLURWERK_LANGUAGE, else English."""
    # The setting's default is German: only who has set it has asked for it. The settings refuse other languages.
    configured = os.environ.get("FLURWERK_LANGUAGE", "")
    return ctx.meta.get(LANGUAGE) or (configured if configured in {"de", "en"} else "en")


def speaking(command: click.Command) -> click.Command:
    """Return the command with the option --lang, and its subcommands with it, where they do not have it already."""
    if not any("--lang" in each.opts for each in command.params):
        told = click.Option(
            ["--lang"],
            type=click.Choice(["de", "en"]),
            callback=keep_language,
            expose_value=False,
            # Before other options, whose values may be refused.
            is_eager=True,
            help="Language of what is told; that of FLURWERK_LANGUAGE by default, else English.",
        )
        command.params.append(told)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            speaking(each)
    return command


class Commands(click.Group):
    """Command group that reports an error in one line on stderr, with what to do, and exits with status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer needs them, of what the agency keeps."""
        # What reads the profile tells of its mistakes; the list of commands has to be there all the same.
        from geo.profile import ProfileError, profile

        try:
            off = profile().modules.off
        except ProfileError:
            return list(COMMANDS)
        return [name for name in COMMANDS if off.isdisjoint(NEEDED.get(name, ()))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None. Raises SwitchedOff if the agency does not keep its layers."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in NEEDED:
            from geo.records.layers.kept import refuse_switched_off
            from geo.text import Text

            refuse_switched_off(Text(f"Befehl {cmd_name}", f"Command {cmd_name}"), *NEEDED[cmd_name])
        return speaking(getattr(import_module(f"api.cli.{COMMANDS[cmd_name]}"), f"{cmd_name}_command"))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and report expected errors."""
        try:
            return super().invoke(ctx)
        except FlurwerkError as error:
            message = error.one_line(language_of_refusals(ctx))
        except psycopg.Error as error:
            message = _explained(error, language_of_refusals(ctx))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            message = f"{error.strerror or error}: {error.filename or ''}".removesuffix(": ")
        click.echo(f"flurwerk: {message}", err=True)
        sys.exit(1)


def _explained(error: psycopg.Error, language: str) -> str:
    # What knows the layers reads the agency's profile, whose mistakes are told like all others.
    from geo.records.messages import explain
    from geo.store.database import first_line

    explained = explain(error)
    return explained.in_language(language) if explained else first_line(error)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="flurwerk")
def main() -> None:
    """Track a city's commercial land and broadband rollout.

    FLURWERK_DATABASE_URL names the database. Without it, commands in a checkout use a private PostGIS server, which
    they start; an installed Flurwerk has one after `flurwerk demo` or `flurwerk db start`.
    """
