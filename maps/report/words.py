"""The words of reports that are neither the records' own nor the registry's."""

from geo.layers.base import Text

WORDS = {
    "map_land": Text("Flächenumsatz im {period}", "Land sold or let in {period}"),
    "map_trenches": Text("Trassen des geförderten Ausbaus am {day}", "Trenches of the funded rollout on {day}"),
    "map_connections": Text(
        "Geförderte Breitbandanschlüsse im {period} nach Stadtbezirken",
        "Funded broadband connections in {period} by district",
    ),
    "map_mobile": Text("Suchkreise für Mobilfunkstandorte im {period}", "Search rings for mobile sites in {period}"),
    "chart_targets": Text("Ziel und Ist im {period}", "Target and actual in {period}"),
    "chart_trends": Text("Entwicklung in sechs Halbjahren", "Six half-years"),
    "map_of": Text("Karte der Stadt mit ihren Stadtbezirken.", "Map of the city and its districts."),
    "public_land": Text("öffentliche Flächen: {amount} {deals}", "public land: {amount} {deals}"),
    "private_land": Text("private Flächen: {amount} {deals}", "private land: {amount} {deals}"),
    "in_deals": Text("in {count} Vorgängen", "in {count} deals"),
    "in_deal": Text("in 1 Vorgang", "in 1 deal"),
    "by_size": Text("Größe des Zeichens: vereinbarte Fläche", "size of the sign: agreed area"),
    "laid": Text("verlegt: {amount}", "laid: {amount}"),
    "planned": Text("in Planung: {amount}", "being planned: {amount}"),
    "connections": Text("{count} Anschlüsse", "{count} connections"),
    "connection": Text("1 Anschluss", "1 connection"),
    "requests": Text("{count} Suchkreise", "{count} search rings"),
    "request": Text("1 Suchkreis", "1 search ring"),
    "none": Text("keine", "none"),
    "industrial_areas": Text("Gewerbegebiete", "Industrial areas"),
    "districts": Text("Stadtbezirke", "Districts"),
    "outside": Text("außerhalb der Stadt", "outside the city"),
    "unlocated": Text("ohne Ort", "without a place"),
    "by_district_of": Text("Nach Stadtbezirken: {parts}.", "By district: {parts}."),
    "target": Text("Ziel", "Target"),
    "actual": Text("Ist", "Actual"),
    "this_period": Text("Ist {period}", "Actual {period}"),
    "earlier": Text("Ist in früheren Halbjahren", "Actual in earlier half-years"),
    "share": Text("Ist in % des Ziels", "Actual in % of the target"),
    "no_target": Text("ohne Ziel", "without a target"),
}


def say(key: str, language: str, **values: object) -> str:
    """The words in that language, with the values in their places."""
    return WORDS[key].in_language(language).format(**values)
