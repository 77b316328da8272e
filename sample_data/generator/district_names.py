"""Names and approximate places of the districts: centres and areas are real, all borders are invented."""

from __future__ import annotations

from typing import NamedTuple


class District(NamedTuple):
    """A district's name, centre (EPSG:25832) and area."""

    name: str
    east: float
    north: float
    hectares: float
    postcodes: tuple[str, ...]


DISTRICTS = (
    District("Innenstadt-West", 391215, 5707408, 1382, ("44137", "44139", "44149")),
    District("Innenstadt-Nord", 394000, 5710121, 1434, ("44145", "44147")),
    District("Innenstadt-Ost", 395210, 5707230, 1129, ("44135", "44141", "44143")),
    District("Eving", 393671, 5713747, 2288, ("44339",)),
    District("Scharnhorst", 399497, 5713224, 3150, ("44328", "44329")),
    District("Brackel", 401170, 5709372, 3080, ("44309", "44319")),
    District("Aplerbeck", 400012, 5704971, 2492, ("44287", "44289")),
    District("Hörde", 395915, 5701708, 2982, ("44263", "44265", "44267", "44269")),
    District("Hombruch", 391529, 5702690, 3491, ("44225", "44227", "44229")),
    District("Lütgendortmund", 385858, 5706906, 2246, ("44379", "44388")),
    District("Huckarde", 388911, 5710200, 1505, ("44369",)),
    District("Mengede", 388251, 5713971, 2875, ("44357", "44359")),
)

# Approximate direction from the district's centre, so that names are roughly where people expect them.
HINTS = {
    "c": (0.0, 0.0),
    "n": (0.05, 1.0),
    "s": (-0.05, -1.0),
    "e": (1.0, 0.05),
    "w": (-1.0, -0.05),
    "ne": (0.75, 0.7),
    "nw": (-0.7, 0.75),
    "se": (0.7, -0.75),
    "sw": (-0.75, -0.7),
}

STATISTICAL: dict[str, tuple[tuple[str, str], ...]] = {
    "Innenstadt-West": (("City", "ne"), ("Dorstfelder Brücke", "n"), ("Westfalenhalle", "se"), ("Dorstfeld", "w")),
    "Innenstadt-Nord": (("Hafen", "w"), ("Nordmarkt", "s"), ("Borsigplatz", "e")),
    "Innenstadt-Ost": (("Kaiserbrunnen", "n"), ("Westfalendamm", "e"), ("Ruhrallee", "sw")),
    "Eving": (("Brechten", "n"), ("Holthausen", "w"), ("Kemminghausen", "e"), ("Alt-Eving", "s")),
    "Scharnhorst": (
        ("Derne", "n"),
        ("Hostedde", "nw"),
        ("Kirchderne", "w"),
        ("Kurl-Husen", "se"),
        ("Lanstrop", "ne"),
        ("Alt-Scharnhorst", "sw"),
        ("Scharnhorst-Ost", "c"),
    ),
    "Brackel": (("Asseln", "c"), ("Alt-Brackel", "w"), ("Wambel", "sw"), ("Wickede", "e")),
    "Aplerbeck": (
        ("Alt-Aplerbeck", "c"),
        ("Berghofen", "sw"),
        ("Schüren", "nw"),
        ("Sölde", "e"),
        ("Sölderholz", "se"),
    ),
    "Hörde": (
        ("Benninghofen", "ne"),
        ("Hacheney", "nw"),
        ("Alt-Hörde", "n"),
        ("Holzen", "se"),
        ("Syburg", "s"),
        ("Wellinghofen", "c"),
        ("Wichlinghofen", "sw"),
    ),
    "Hombruch": (
        ("Barop", "n"),
        ("Bittermark", "se"),
        ("Brünninghausen", "ne"),
        ("Eichlinghofen", "nw"),
        ("Alt-Hombruch", "c"),
        ("Persebeck-Kruckel-Schnee", "sw"),
        ("Kirchhörde-Löttringhausen", "s"),
        ("Rombergpark-Lücklemberg", "e"),
        ("Menglinghausen", "w"),
    ),
    "Lütgendortmund": (
        ("Bövinghausen", "nw"),
        ("Kley", "se"),
        ("Alt-Lütgendortmund", "c"),
        ("Marten", "ne"),
        ("Oespel", "s"),
        ("Westrich", "n"),
    ),
    "Huckarde": (("Deusen", "ne"), ("Alt-Huckarde", "se"), ("Jungferntal-Rahm", "nw"), ("Kirchlinde", "sw")),
    "Mengede": (
        ("Bodelschwingh", "sw"),
        ("Alt-Mengede", "nw"),
        ("Nette", "se"),
        ("Oestrich", "c"),
        ("Schwieringhausen", "ne"),
        ("Westerfilde", "s"),
    ),
}
