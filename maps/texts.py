"""The texts of the maps that do not come from the records."""

from geo.periods import Period
from geo.profile.wording import PART, PARTS, termed_all
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience, Text

OWN = {
    "title": Text("Gewerbeflächen und Breitbandausbau", "Commercial land and broadband rollout")
    if are_kept("trenches") or are_kept("connections")
    else Text("Gewerbeflächen", "Commercial land"),
    "internal": Text("intern", "internal"),
    "internal_hint": Text(
        "Nur für den Dienstgebrauch: nicht weitergeben oder veröffentlichen.",
        "For official use only: do not pass on or publish.",
    ),
    "public": Text("öffentlich", "public"),
    "search": Text("Suche", "Search"),
    "search_hint": Text(f"Grundstück, Gebiet, Adresse, {PART.district.de}", f"Plot, area, address, {PARTS.one_en}"),
    "search_hint_public": Text(f"Grundstück, Gebiet, {PART.district.de}", f"Plot, area, {PARTS.one_en}"),
    "no_match": Text("Nichts gefunden", "Nothing found"),
    "matches": Text("Treffer", "matches"),
    "legend": Text("Ebenen und Legende", "Layers and legend"),
    "panel_toggle": Text("Ebenen", "Layers"),
    "show_group": Text("alle ein- oder ausblenden", "show or hide all"),
    "figures": Text("Kennzahlen", "Indicators"),
    "figures_collapse": Text("Kennzahlen ein- oder ausklappen", "Show or hide the indicators"),
    "figures_hint": Text(
        f"Eine Zeile anklicken: Verteilung auf die {PARTS.plural.de}.", f"Click a row to see it by {PARTS.one_en}."
    ),
    "indicator": Text("Kennzahl", "Indicator"),
    "target": Text("{own:Target}", "{own:Target}"),
    "actual": Text("{own:Actual}", "{own:Actual}"),
    "by_district": Text(f"nach {PARTS.singular.de}", f"by {PARTS.one_en}"),
    "outside": Text("außerhalb {own:of_whole}", "outside {own:of_whole}"),
    "unlocated": Text("ohne Ort", "without a place"),
    "suppressed_hint": Text(
        "Werte aus weniger als 3 Datensätzen, und was sie verraten würde, sind nicht ausgewiesen (–).",
        "Figures of fewer than 3 records, and figures that would reveal them, are not shown (–).",
    ),
    "cells_hint": Text(
        "Zellen mit weniger als 3 Anschlüssen sind nicht dargestellt.",
        "Cells with fewer than 3 connections are not shown.",
    ),
    "no_data": Text("Noch keine Daten", "No data yet"),
    "no_data_hint": Text(
        f"Diese Datenbank ist leer. Laden Sie zuerst die {PARTS.plural.de}, dann die übrigen Ebenen:",
        f"This database is empty. Load the {PARTS.all_en} first, then the other layers:",
    ),
    "no_data_command": Text(
        f"flurwerk load districts {PART.districts.de.lower().replace(' ', '-')}.gpkg",
        "flurwerk load districts districts.gpkg",
    ),
    "no_data_demo": Text(
        "Oder sehen Sie sich die Beispieldaten an: flurwerk demo", "Or look at the sample data: flurwerk demo"
    ),
    "map": Text("Karte", "Map"),
    "zoom_in": Text("Vergrößern", "Zoom in"),
    "zoom_out": Text("Verkleinern", "Zoom out"),
    "whole_city": Text("{own:Entire}", "{own:Entire}"),
    "north": Text("Norden ist oben", "North is up"),
    "close": Text("Schließen", "Close"),
    "yes": Text("ja", "yes"),
    "no": Text("nein", "no"),
    "drawn_on": Text("Datenstand", "Data as of"),
    "district": PARTS.singular,
    "connections": Text("Anschlüsse", "connections"),
    "trench": Text("Trasse", "Trench"),
    "ring": Text("Suchkreis", "Search ring"),
    "schematic": Text(f"Beispieldaten, {PARTS.plural.de} schematisch", f"Sample data, schematic {PARTS.all_en}"),
    "no_script": Text(
        "Die Karte braucht JavaScript. Es wird nichts aus dem Netz geladen.",
        "The map needs JavaScript. Nothing is loaded from the network.",
    ),
}

WORDS = termed_all("map", OWN)
"""The same in the agency's own words."""

USED_BY_SCRIPTS = {
    *("yes", "no", "no_match", "matches", "zoom_in", "zoom_out", "whole_city", "north", "close"),
    *("district", "connections", "trench", "ring"),
}
"""The texts that the page's scripts need; the others are used in its templates."""

MONTHS = Text(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "January February March April May June July August September October November December",
)


def words(language: str) -> dict[str, str]:
    """Return all texts in the language."""
    return {key: text.in_language(language) for key, text in WORDS.items()}


def period_name(period: Period, language: str) -> str:
    """Return the period's name, such as "2. Halbjahr 2023" or "H2 2023"."""
    year, _, part = period.name.partition("-")
    if not part:
        return year
    if part[0] == "H":
        return Text(f"{part[1]}. Halbjahr {year}", f"H{part[1]} {year}").in_language(language)
    if part[0] == "Q":
        return Text(f"{part[1]}. Quartal {year}", f"Q{part[1]} {year}").in_language(language)
    return f"{MONTHS.in_language(language).split()[int(part) - 1]} {year}"


def in_period(period: Period, language: str) -> str:
    """Return the adverbial of the period: "im 2. Halbjahr 2023", "im Jahr 2023", "im Juli 2023"; "in H2 2023"."""
    name = period_name(period, language)
    is_year = period.name == period.year
    return Text(f"im Jahr {name}" if is_year else f"im {name}", f"in {name}").in_language(language)


def audience_name(audience: Audience, language: str) -> str:
    """Return the label that marks the map as public or internal."""
    return WORDS["public" if audience is Audience.PUBLIC else "internal"].in_language(language)
