"""Companies, people and public bodies, all of them invented; e-mail addresses end in example.org."""

from __future__ import annotations

from itertools import product

import numpy as np

from generator.common import Row, chance, one_of, pick, rng_for, words
from generator.industrial import slug

_FIRST_PARTS = words("""Nordlicht Silberfuchs Kranichtal Bergahorn Ostwind Zinnober Kobaltblau Mondstein Sturmvogel
Feldlerche Eisvogel Blauwal Rotbuche Lindwurm Morgentau Wellenschlag Kupferkessel Sandbank Steinbock Waldkauz
Windrose Polarstern Bernstein Anthrazit Purpur Lavendel Zeitraum Fährmann Drehmoment Leichtgewicht Querfeld
Tausendfuß Siebenstein Vierkant Achtermann Nullpunkt Wendepunkt Spurbreit Taktgeber Hellwacht""")
_TRADES = {
    "Feinmechanik": "production",
    "Logistik": "logistics",
    "Maschinenbau": "production",
    "Elektrotechnik": "crafts",
    "Metallbau": "crafts",
    "Softwarehaus": "office",
    "Lebensmittel": "production",
    "Großhandel": "wholesale",
    "Laborbedarf": "research",
    "Tischlerei": "crafts",
    "Gebäudetechnik": "crafts",
    "Recycling": "production",
    "Spedition": "logistics",
    "Medizintechnik": "research",
    "Werbetechnik": "office",
}
_FORMS = {"GmbH": 62, "GmbH & Co. KG": 20, "AG": 5, "KG": 6, "UG (haftungsbeschränkt)": 7}
_GIVEN = words("""Alwine Bertram Cosima Detlev Edda Florian Gesine Hinnerk Ilka Jannis Kunigunde Lorenz Mechthild
Norwin Ottilie Philipp Quirin Roswitha Sönke Tabea Ulf Valeska Wolfram Yara Zacharias""")
_FAMILY = words("""Aschenbrandt Birkenfels Clausnagel Dornkötter Eschenlohr Fingerhutz Grünwalden Haberkamper Ilsenbrook
Jochimsthal Kreidemann Löwenzahner Mispelbaum Nesselhuf Ostermoor Pfannenstiehl Quendelberg Regenpfeiffer
Sauerklee Teichgraeber Unkenbold Vogelsang-Rau Wiesengrundt Zaunkoenig""")
_BODIES = (
    "Liegenschaftsverwaltung der Stadt (Muster)",
    "Stadtentwässerung (Muster)",
    "Kampfmittelbeseitigung (Muster)",
    "Hafenverwaltung (Muster)",
    "Hochschulverwaltung (Muster)",
    "Kreisverwaltung (Muster)",
    "Landesbetrieb Flächen (Muster)",
    "Schulverwaltungsamt (Muster)",
    "Feuerwehr und Rettung (Muster)",
    "Entsorgungsbetrieb (Muster)",
)


def make_parties() -> list[Row]:
    """Return about 300 parties."""
    rng = rng_for("parties")
    pairs = list(product(_FIRST_PARTS, _TRADES))
    rows = []
    for index in rng.permutation(len(pairs))[:232]:
        first, trade = pairs[int(index)]
        rows.append(_party("company", f"{first} {trade} {pick(rng, _FORMS)}", f"{first}-{trade}", rng))
    people = list(product(_GIVEN, _FAMILY))
    for index in rng.permutation(len(people))[:52]:
        rows.append(_party("person", " ".join(people[int(index)]), "post", rng))
    rows += [_party("public_body", name, name.split(" ")[0], rng) for name in _BODIES]
    for number, row in enumerate(rows, start=1):
        row["source_id"] = f"pt-{number:04d}"
    return rows


def trade_of(party: Row) -> str | None:
    """Return the kind of use that a company's name suggests."""
    return next((use for trade, use in _TRADES.items() if trade in party["name"]), None)


def _party(kind: str, name: str, host: str, rng: np.random.Generator) -> Row:
    contact = name if kind == "person" else f"{one_of(rng, _GIVEN)} {one_of(rng, _FAMILY)}"
    return {
        "kind": kind,
        "name": name,
        "contact_name": contact,
        "email": f"{slug(contact).replace('-', '.')}@{slug(host)}.example.org",
        # From the block of Berlin numbers that is reserved for films.
        "phone": f"+49 30 23125 {int(rng.integers(0, 1000)):03d}" if chance(rng, 0.8) else None,
    }
