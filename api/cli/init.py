"""``flurwerk init``: makes an agency's profile."""

import shlex
import sys
from pathlib import Path
from typing import Any, get_args

import click

from api.cli.telling import spoken, tell
from geo.errors import ConfigurationError
from geo.profile import Profile, ProfileError
from geo.profile.model import STATE_OF_KEY
from geo.profile.parts import ENGLISH
from geo.profile.reading import FILE, profile_of
from geo.profile.reference_system import problem_of
from geo.profile.whole import WholeKind
from geo.profile.writing import document
from geo.rhythm import MONTHS
from geo.text import Text

IN_ZONE_33 = {"BB", "BE", "MV", "SN"}
"""The states whose land survey is in ETRS89 / UTM 33N; that of the others is in UTM 32N."""
PROMPTS = {
    "name": Text(
        "Name der Stadt, der Gemeinde, des Kreises oder der Region", "Name of the city, town, county or region"
    ),
    "ags": Text(
        "Amtlicher Gemeindeschlüssel (AGS, 8 Ziffern; der eines Kreises endet mit 000)",
        "Official municipality key (AGS, 8 digits; a county's ends with 000)",
    ),
    "publisher": Text(
        "Name der Agentur, die die Zahlen veröffentlicht", "Name of the agency that publishes the figures"
    ),
}
KINDS = get_args(WholeKind)
USUAL_PARTS = {
    "municipality": ("Ortsteil", "Ortsteile"),
    "county": ("Gemeinde", "Gemeinden"),
    "region": ("Gemeinde", "Gemeinden"),
}
"""What the parts are called unless an option says so; those of a city are called as the profile's defaults are."""


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    help="What it is; a city by default, unless the AGS ends with 000, as that of a county does.",
)
@click.option("--name", help=f"{PROMPTS['name'].en}.")
@click.option("--ags", help=f"{PROMPTS['ags'].en}.")
@click.option("--publisher", help=f"{PROMPTS['publisher'].en}.")
@click.option("--publisher-url", help="The agency's web site.")
@click.option("--crs", help="Reference system for lengths and areas; by default that of the state's land survey.")
@click.option(
    "--parts",
    nargs=2,
    metavar="SINGULAR PLURAL",
    help="What the parts are called, in German; Stadtbezirk Stadtbezirke by default, Gemeinde Gemeinden in a county.",
)
@click.option(
    "--parts-en",
    nargs=2,
    metavar="SINGULAR PLURAL",
    help="The same in English; of the usual German words these are known: Municipality Municipalities.",
)
@click.option(
    "--rhythm", type=click.Choice(list(MONTHS)), help="How often the agency reports; each half-year by default."
)
def init_command(folder: Path, **options: Any) -> None:
    """Write a profile for an agency to FOLDER, with every key explained; asks for what no option says.

    An existing profile is never overwritten.
    """
    path = folder / FILE
    if path.exists():
        raise ConfigurationError(
            Text(f"{path} gibt es schon.", f"{path} exists already."),
            Text("Bearbeiten Sie sie, oder nennen Sie einen anderen Ordner.", "Edit it, or name another folder."),
        )
    given = _given(options)
    text = document(given)
    # What the file would refuse is refused before there is one.
    checked = profile_of(given, path)
    if problem := problem_of(checked.place.srid):
        raise ProfileError(path, [mistake_of_system(checked, problem)])
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    tell(Text(f"{path} ist geschrieben. Weiter:", f"{path} is written. Next:"))
    click.echo(f"  export FLURWERK_PROFILE={shlex.quote(str(folder.absolute()))}")
    click.echo("  flurwerk profile check")
    click.echo("  flurwerk migrate")
    tell(
        Text(
            "  flurwerk load districts FILE      die Teile; dann die anderen Layer (docs/loading.md)",
            "  flurwerk load districts FILE      the city's parts; then the other layers (docs/loading.md)",
        )
    )


def mistake_of_system(read: Profile, problem: Text) -> Text:
    crs = repr(read.place.crs)
    return Text(f"place.crs: {problem.de}; angegeben: {crs}.", f"place.crs: {problem.en}; given: {crs}.")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the profile's values from the options, and from answers where there is somebody to ask."""
    missing = [name for name in PROMPTS if not options[name]]
    if missing and not sys.stdin.isatty():
        raise click.UsageError(
            spoken(
                Text(
                    f"Es fehlt: {', '.join(f'--{name}' for name in missing)}.",
                    f"Missing: {', '.join(f'--{name}' for name in missing)}.",
                )
            )
        )
    for name in missing:
        options[name] = click.prompt(spoken(PROMPTS[name]))
    options["ags"] = options["ags"].strip()
    state = STATE_OF_KEY.get(options["ags"][:2])
    if state is None:
        raise click.UsageError(
            spoken(
                Text(
                    f"Kein amtlicher Schlüssel beginnt mit {options['ags'][:2]!r}; er hat 8 Ziffern.",
                    f"No official key begins with {options['ags'][:2]!r}; it has 8 digits.",
                )
            )
        )
    kind = options["kind"] or _kind(options, bool(missing))
    crs = options["crs"] or ("EPSG:25833" if state in IN_ZONE_33 else "EPSG:25832")
    place = {"name": options["name"], "ags": options["ags"], "state": state, "crs": crs, "kind": kind}
    if options["parts_en"] and not options["parts"]:
        raise click.UsageError(spoken(Text("--parts-en braucht --parts.", "--parts-en needs --parts.")))
    if parts := options["parts"] or USUAL_PARTS.get(kind):
        place["parts"] = _parts(parts, options["parts_en"])
    url = {"url": options["publisher_url"]} if options["publisher_url"] else {}
    report = {"report": {"rhythm": options["rhythm"]}} if options["rhythm"] else {}
    # Statistical districts, which are the default, are parts of cities.
    levels = {} if kind == "city" else {"levels": []}
    return {**levels, "place": place, "publisher": {"name": options["publisher"], **url}, **report}


def _parts(german: tuple[str, str], english: tuple[str, str] | None) -> dict[str, Text]:
    """Return the words for the parts; the English ones are those of the German ones unless they are given."""
    known = tuple(ENGLISH.get(word, word) for word in german)
    words = (Text(de, en) for de, en in zip(german, english or known, strict=True))
    return dict(zip(("singular", "plural"), words, strict=True))


def _kind(options: dict[str, Any], others_are_asked: bool) -> str:
    """Return what the place is: asked for, unless its key says so.

    A key ends with 000 if it is that of a county, and also if it is that of a city that belongs to none.
    """
    if not options["ags"].endswith("000"):
        default = "city"
    elif "kreis" in options["name"].lower():
        default = "county"
    else:
        default = None
    if sys.stdin.isatty() and (others_are_asked or options["ags"].endswith("000")):
        return click.prompt(spoken(Text("Was es ist", "What it is")), type=click.Choice(KINDS), default=default)
    if default is None:
        kinds = ", ".join(KINDS)
        missing = Text(
            f"Es fehlt: --kind ({kinds}). Der Schlüssel endet mit 000, wie der eines Kreises oder einer "
            "kreisfreien Stadt.",
            f"Missing: --kind ({kinds}). The key ends with 000, as that of a county does, or of a city that belongs to "
            "none.",
        )
        raise click.UsageError(spoken(missing))
    return default
