"""The agency's own people: who answers for the plots, all of them invented."""

from __future__ import annotations

from generator.common import Row, chance, rng_for
from generator.industrial import slug

# Name, function, the plots' teams that they answer for, whether the public is told of them.
_PEOPLE = (
    ("Cosima Dornkötter", "Flächenentwicklung, nördliche Stadtbezirke", "Team Flächenentwicklung", True),
    ("Norwin Eschenlohr", "Flächenentwicklung, südliche Stadtbezirke", "Team Flächenentwicklung", True),
    ("Tabea Vogelsang-Rau", "Gewerbeimmobilien", "Team Immobilien", True),
    ("Hinnerk Mispelbaum", "Liegenschaften", "Liegenschaften", False),
    ("Ilka Grünwalden", "Breitband und Mobilfunk", "", False),
)
# Of the two for land, the first has the plots north of it (EPSG:25832), about the city's middle.
_NORTH_OF = 5_707_000.0


def contact_rows() -> list[Row]:
    """Return the contacts; telephone numbers are from the block of Berlin numbers that is reserved for films."""
    return [
        {
            "source_id": f"ap-{number}",
            "name": name,
            "job_title": title,
            "phone": f"+49 30 23125 {500 + number}",
            "email": f"{slug(name).replace('-', '.')}@wirtschaftsfoerderung.example.org",
            "is_public": is_public,
        }
        for number, (name, title, _, is_public) in enumerate(_PEOPLE, start=1)
    ]


def assign_contacts(plots: list[Row]) -> None:
    """Let a person of its team answer for most plots; the others have their team alone."""
    rng = rng_for("contacts")
    for plot in plots:
        team = [number for number, (_, _, of, _) in enumerate(_PEOPLE, start=1) if of == plot["contact"]]
        is_south = len(team) > 1 and plot["geometry"].centroid.y < _NORTH_OF
        plot["contact_person"] = f"ap-{team[int(is_south)]}" if chance(rng, 0.85) else None
