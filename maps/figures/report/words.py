"""The texts of reports that come neither from the records nor from the registry."""

from geo.profile.wording import PARTS, termed_all
from geo.records.layers.layer import Text

OWN = {
    "map_land": Text("Flächenumsatz {in_period}", "Land sold or let {in_period}"),
    "map_trenches": Text("Trassen des geförderten Ausbaus am {day}", "Trenches of the funded rollout on {day}"),
    "map_connections": Text(
        f"Geförderte Breitbandanschlüsse {{in_period}} nach {PARTS.dative}",
        f"Funded broadband connections {{in_period}} by {PARTS.one_en}",
    ),
    "map_mobile": Text("Suchkreise für Mobilfunkstandorte {in_period}", "Search rings for mobile sites {in_period}"),
    "chart_targets": Text("{own:Target} und {own:Actual} {in_period}", "{own:Target} and {own:actual} {in_period}"),
    "chart_trends": Text("Entwicklung in sechs {periods}", "Six {periods}"),
    "map_of": Text("Karte {own:of_whole} mit den {own:dative_parts}.", "Map of {own:of_whole} and its {own:parts}."),
    "map_of_level": Text("Karte {own:of_whole}: {parts}.", "Map of {own:of_whole}: {parts}."),
    "map_of_part": Text("Karte: {name}.", "Map: {name}."),
    "map_connections_plain": Text(
        "Geförderte Breitbandanschlüsse {in_period}", "Funded broadband connections {in_period}"
    ),
    "public_land": Text("öffentliche Flächen: {amount} {deals}", "public land: {amount} {deals}"),
    "private_land": Text("private Flächen: {amount} {deals}", "private land: {amount} {deals}"),
    "in_deals": Text("in {count} Vorgängen", "in {count} deals"),
    "in_deal": Text("in 1 Vorgang", "in 1 deal"),
    "ground_missing": Text(
        "Der Kartenhintergrund „{name}“ fehlt: Der Kartendienst hat nicht geantwortet.",
        "The map background “{name}” is missing: the map service did not respond.",
    ),
    "by_size": Text("Größe des Zeichens: vereinbarte Fläche", "size of the symbol: agreed area"),
    "laid": Text("verlegt: {amount}", "laid: {amount}"),
    "planned": Text("in Planung: {amount}", "being planned: {amount}"),
    "connections": Text("{count} Anschlüsse", "{count} connections"),
    "connection": Text("1 Anschluss", "1 connection"),
    "requests": Text("{count} Suchkreise", "{count} search rings"),
    "request": Text("1 Suchkreis", "1 search ring"),
    "none": Text("keine", "none"),
    "industrial_areas": Text("Gewerbegebiete", "Industrial areas"),
    "districts": PARTS.plural,
    "outside": Text("außerhalb {own:of_whole}", "outside {own:of_whole}"),
    "unlocated": Text("ohne Ort", "without a place"),
    "unassigned": Text("in keinem davon", "in none of these"),
    "by_parts_of": Text("{level}: {parts}.", "{level}: {parts}."),
    "by_district_of": Text(f"Nach {PARTS.dative}: {{parts}}.", f"By {PARTS.one_en}: {{parts}}."),
    "target": Text("{own:Target}", "{own:Target}"),
    "targets": Text("{own:Targets}", "{own:Targets}"),
    "actual": Text("{own:Actual}", "{own:Actual}"),
    "this_period": Text("{own:Actual} {period}", "{own:Actual} {period}"),
    "earlier": Text("{own:Actual} in früheren {periods}", "{own:Actual} in earlier {periods}"),
    "by_period": Text("{own:Actual} je {period}", "{own:Actual} by {period}"),
    "quarter": Text("Quartal", "quarter"),
    "quarters": Text("Quartalen", "quarters"),
    "half-year": Text("Halbjahr", "half-year"),
    "half-years": Text("Halbjahren", "half-years"),
    "year": Text("Jahr", "year"),
    "years": Text("Jahren", "years"),
    "share": Text("{own:Actual} in % ({own:Target} = 100)", "{own:Actual} in % ({own:target} = 100)"),
    "no_target": Text("ohne {own:Target}", "without {own:target}"),
    "quarterly_report": Text("Quartalsbericht", "Quarterly report"),
    "annual_report": Text("Jahresbericht", "Annual report"),
    "half_year_report": Text("Halbjahresbericht", "Half-yearly report"),
    "report": Text("Bericht", "Report"),
    "draft": Text("Entwurf", "Draft"),
    "draft_hint": Text(
        "Dieser Entwurf ist nicht veröffentlicht; seine Zahlen können sich noch ändern.",
        "This draft has not been published; its figures may still change.",
    ),
    "report_of_part": Text("Bericht eines Teils", "Report on one part"),
    "part_note": Text(
        "{place}: Dieser Bericht gilt nur einem Teil: {name} ({kind}, Schlüssel {part}). Er ist keine "
        "Veröffentlichung. Gemeldete Werte anderer Stellen, Kennzahlen aus Datensätzen ohne Ort, {own:Remarks} und "
        "Korrekturen gibt es nur für das Ganze; sie stehen in dessen Bericht.",
        "{place}: this report is on one part alone: {name} ({kind}, key {part}). It publishes nothing. Figures "
        "reported by other teams, figures of records without a place, {own:remarks} and corrections exist for the "
        "whole only; they are in its report.",
    ),
    "part_of_release": Text("Auszug aus der Veröffentlichung, Fassung {number}", "Extract from release {number}"),
    "hash_of_whole": Text("Prüfsumme der ganzen Fassung (SHA-256)", "Checksum of the whole release (SHA-256)"),
    "release": Text("Veröffentlicht, Fassung {number}", "Published, release {number}"),
    "high_public_land_m2": Text("öffentliche Flächen verkauft oder in Erbpacht", "public land sold or on ground lease"),
    "high_funded_connections": Text("geförderte Breitbandanschlüsse", "funded broadband connections"),
    "high_trench_planned_km": Text("Trassen in Planung", "trenches being planned"),
    "high_trench_laid_km": Text("Trassen verlegt", "trenches laid"),
    "high_mobile_requests": Text("Anfragen zu Mobilfunkstandorten", "requests for mobile sites"),
    "at_a_glance": Text("Auf einen Blick", "At a glance"),
    "table": Text("Kennzahlen", "Indicators"),
    "key_figures": Text("Weitere Kennzahlen des Textes", "Further figures in the text"),
    "corrections": Text("Korrekturen früherer Berichte", "Corrections to earlier reports"),
    "corrections_hint": Text(
        "Veröffentlichte Zahlen bleiben, wie sie sind. Was sich seither in den Datensätzen geändert hat, steht hier "
        "und ist in keiner Zahl dieses Berichts enthalten.",
        "Published figures are not changed. Changes to the records since then are listed here and are not included in "
        "any figure of this report.",
    ),
    "correction": Text("Korrektur zu {period}: {amount}", "Correction to {period}: {amount}"),
    "corrected": Text("{before} → {after}, {amount}", "{before} → {after}, {amount}"),
    "charts": Text("{own:Target}, {own:Actual} und Entwicklung", "{own:Target}, {own:actual} and trends"),
    "maps": Text("Karten", "Maps"),
    "splits": Text(f"Aufteilung nach {PARTS.dative}", f"Split by {PARTS.one_en}"),
    "splits_hint": Text(
        "Werte vor dem Runden. Was ohne Ort erfasst ist oder außerhalb {own:of_whole} liegt, hat eine eigene Zeile; so "
        "ergeben die Teile die Summe.",
        "Values before rounding. Records without a location or outside {own:of_whole} have a line of their own, so "
        "that the "
        "parts add up to the total.",
    ),
    "splits_ratios": Text(
        "Anteile, Durchschnitte und Höchstwerte sind je Teil aus dessen eigenen Datensätzen berechnet und ergeben "
        "keine Summe.",
        "Shares, averages and maxima of a part are computed from its own records and do not add up.",
    ),
    "splits_by": Text("Aufteilung: {parts}", "Split: {parts}"),
    "splits_hint_part": Text(
        "Werte vor dem Runden. Was in keinem dieser Teile liegt oder keinen Ort hat, hat eine eigene Zeile; so ergeben "
        "die Teile die Summe.",
        "Values before rounding. What lies in none of these parts or has no location has a line of its own, so that "
        "the parts add up to the total.",
    ),
    "splits_table": Text("Kennzahlen der Tabelle", "Indicators in the table"),
    "splits_text": Text("Kennzahlen des Textes", "Figures in the text"),
    "rules": Text("Zählregeln", "Counting rules"),
    "records": Text("Beitragende Datensätze", "Contributing records"),
    "records_hint": Text(
        "Jede berechnete Zahl ist die Summe dieser Datensätze.", "Each computed figure is the sum of these records."
    ),
    "records_none": Text("Kein Datensatz in diesem Zeitraum.", "No records in this period."),
    "records_more": Text(
        "Gezeigt sind die ersten {shown} von {count} Datensätzen; alle stehen in der Excel- und in der JSON-Datei.",
        "The first {shown} of {count} records are shown; the Excel and JSON files list all of them.",
    ),
    "so_many_records": Text("{count} Datensätze", "{count} records"),
    "so_many_record": Text("1 Datensatz", "1 record"),
    "doubts": Text("Offene Hinweise der Prüfung", "Open findings of the checks"),
    "doubts_hint": Text(
        "Diese Hinweise betreffen Datensätze, die in die Zahlen eingehen.",
        "These findings concern records that are included in the figures.",
    ),
    "origin": Text("Stand und Herkunft", "Status and origin"),
    "product": Text("Produkt", "Product"),
    "area": Text("Bereich", "Area"),
    "indicator": Text("Kennzahl", "Indicator"),
    "unit": Text("Einheit", "Unit"),
    "goals": Text("Ziele", "Goals"),
    "goals_note": Text("{own:Goals}: {goals}", "{own:Goals}: {goals}"),
    "remark": Text("{own:Remark}", "{own:Remark}"),
    "remarks": Text("{own:Remarks}", "{own:Remarks}"),
    "of_year": Text("{value} (Jahr)", "{value} (year)"),
    "of_year_note": Text(
        "(Jahr): Der Wert gilt dem ganzen Jahr. –: Es gibt keinen Wert.",
        "(year): value for the whole year. –: no value.",
    ),
    "district": PARTS.singular,
    "total": Text("Summe", "Total"),
    "overall": Text("Insgesamt", "Overall"),
    "date": Text("Datum", "Date"),
    "record": Text("Datensatz", "Record"),
    "amount": Text("Menge", "Amount"),
    "layer": Text("Ebene", "Layer"),
    "source": Text("Quelle", "Source"),
    "source_id": Text("Kennung", "Source id"),
    "period": Text("Zeitraum", "Period"),
    "rule": Text("Zählregel", "Counting rule"),
    "check": Text("Prüfung", "Check"),
    "detail": Text("Befund", "Finding"),
    "advice": Text("Was zu tun ist", "What to do"),
    "cause": Text("Ursache", "Cause"),
    "cause_amount": Text("Menge der Ursache", "Amount of the cause"),
    "cause_unit": Text("Einheit der Ursache", "Unit of the cause"),
    "entered_by": Text("Gemeldet von", "Reported by"),
    "entered_at": Text("Gemeldet am", "Reported on"),
    "state": Text("Fassung", "Version"),
    "recorded_at": Text("Stand der Erfassung", "As recorded on"),
    "published_by": Text("Veröffentlicht von", "Published by"),
    "reason": Text("Anlass", "Reason"),
    "accepted": Text("Hinweise angenommen, weil", "Findings accepted because"),
    "software": Text("Berechnet mit", "Computed with"),
    "hash": Text("Prüfsumme (SHA-256)", "Checksum (SHA-256)"),
    "at_time": Text("{day}, {time} Uhr", "{day}, {time}"),
    "as_recorded": Text("Erfassungsstand {instant}", "As recorded on {instant}"),
    "page_of": Text("Seite {page} von {pages}", "Page {page} of {pages}"),
    "page": Text("Seite", "Page"),
    "figure": Text("Abbildung", "Figure"),
    "contents": Text("Inhalt", "Contents"),
}


WORDS = termed_all("report", OWN)
"""The same in the agency's own words."""


def words(language: str) -> dict[str, str]:
    """Return all texts in the language; some contain placeholders."""
    return {key: text.in_language(language) for key, text in WORDS.items()}


def say(key: str, language: str, **values: object) -> str:
    """Return the text in the language, with its placeholders filled in."""
    return WORDS[key].in_language(language).format(**values)
