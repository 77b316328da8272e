"""Invented but plausible street names, the same for the same place in every run."""

from __future__ import annotations

from generator.common import rng_for, words

_ROOTS = words("""Linden Birken Eschen Kiefern Ulmen Erlen Buchen Eichen Ahorn Kastanien Weiden Pappel Rosen Tulpen
Nelken Astern Flieder Holunder Schlehen Hasel Amsel Drossel Lerchen Finken Meisen Schwalben Reiher Kranich
Eulen Falken Mühlen Brunnen Kirch Schul Markt Hof Feld Wiesen Heide Bruch Moor Teich Bach Quellen Berg Tal
Hügel Sonnen Abend Morgen Nord Süd Kohlen Flöz Stollen Schacht Hütten Hammer Schmiede Ziegel Kalk Sand Stein
Kupfer Zink Eisen Anger Acker Korn Gersten Hafer Roggen Weizen Klee Flachs Hopfen Imker Schäfer Jäger Förster
Müller Bäcker Weber Gerber Glaser Böttcher Küfer Fuhrmann""")
_SUFFIXES = ("straße", "straße", "weg", "weg", "kamp", "pfad", "stieg", "allee", "ring", "gasse", "hang", "busch")
_FREE = """Am Alten Hof|Am Bahndamm|Im Winkel|An der Landwehr|Im Wiesengrund|Auf dem Hohenkamp|In der Delle|
Am Kirschgarten|Unter den Buchen|Hinter den Höfen|Am Stellwerk|Im Siepen|An der Halde|Auf der Lichtung|
Am Kanaldeich|Im Ostkamp|Am Rodelhang|Zur Alten Zeche|Am Wetterschacht|Im Schlehengrund""".replace("\n", "")
_MAIN = ("Hellweg", "Landstraße", "Chaussee", "Hauptstraße", "Heerstraße")


def names_for(place: str, count: int) -> list[str]:
    """Return different names for the streets of one place."""
    rng = rng_for(f"streets of {place}")
    free = _FREE.split("|")
    names: list[str] = []
    while len(names) < count:
        if rng.random() < 0.15:
            name = free[int(rng.integers(len(free)))]
        else:
            suffix = _SUFFIXES[int(rng.integers(len(_SUFFIXES)))]
            name = _ROOTS[int(rng.integers(len(_ROOTS)))] + suffix
        if name not in names:
            names.append(name)
    return names


def main_name(place: str, number: int) -> str:
    """Return the name of a main road, after the quarter to which it leads."""
    rng = rng_for(f"main road {number}")
    base = place.replace("Alt-", "").split("-")[0].split()[0]
    ending = _MAIN[int(rng.integers(len(_MAIN)))]
    return f"{base}er {ending}" if base[-1] not in "er" else f"{base} {ending}"
