"""What a report shows of the city: the whole or one part of it, split by a level of its parts."""

from dataclasses import dataclass

from psycopg import sql

from geo.figures.kpis import evaluation
from geo.figures.kpis.evaluation import UnknownPart
from geo.figures.kpis.parts import Reforms, levels
from geo.figures.kpis.within_part import PartOfCity
from geo.periods import Period
from geo.profile.levels import UPPER
from geo.store.database import Connection
from geo.text import Text


@dataclass(frozen=True, slots=True)
class Extract:
    """A part of the upper level by its key (None: the whole), and the level of the splits.

    The level is by default the upper one; of a part, the first lower level of which it has parts, if any.
    """

    part: str | None = None
    level: str | None = None

    @property
    def is_as_published(self) -> bool:
        """Whether it is what a release keeps: the whole, split by the upper level."""
        return self.part is None and self.level in (None, UPPER)


WHOLE = Extract()


def part_of(connection: Connection, period: Period, extract: Extract, reforms: Reforms) -> PartOfCity | None:
    """Return the part as it was at the period's end with what it is divided by; None for the whole.

    Raises UnknownPart if there is no such part, or none of the level within it.
    """
    if extract.part is None:
        return None
    name = evaluation.find_part(connection, period, extract.part, reforms)
    lower = levels()[1:]
    if extract.level == UPPER:
        raise UnknownPart(
            Text(
                f"„{extract.part}“ ({name}) ist selbst von der Ebene „{UPPER}“ und wird nicht danach aufgeteilt.",
                f"“{extract.part}” ({name}) is itself of the level “{UPPER}”, so it is not split by it.",
            ),
            Text(f"Ebenen darunter: {', '.join(lower)}.", f"Levels below: {', '.join(lower)}.")
            if lower
            else Text("Das Profil hat keine Ebene darunter.", "The agency's profile has no level below."),
        )
    upper = reforms.parts(period)
    for level in [extract.level] if extract.level else lower:
        found = PartOfCity(extract.part, name, upper, reforms.parts(period, level))
        if _has_parts(connection, found):
            return found
    if extract.level:
        raise _none_of(extract.level, period, f" within “{extract.part}” ({name})")
    return PartOfCity(extract.part, name, upper)


def levels_within(connection: Connection, period: Period, part: str | None, reforms: Reforms) -> list[str]:
    """Return the levels of which there are parts at the period's end, of the whole or within one part.

    Raises UnknownPart.
    """
    if part is None:
        return [level for level in levels() if evaluation.names_of(connection, reforms.parts(period, level))]
    name = evaluation.find_part(connection, period, part, reforms)
    upper = reforms.parts(period)
    lower = {level: PartOfCity(part, name, upper, reforms.parts(period, level)) for level in levels()[1:]}
    return [level for level, found in lower.items() if _has_parts(connection, found)]


def refuse_empty_level(connection: Connection, period: Period, extract: Extract, reforms: Reforms) -> None:
    """Raise UnknownPart if the whole is to be split by a level of which there are no parts at the period's end."""
    if extract.part is None and extract.level not in (None, UPPER):
        everything = reforms.parts(period, extract.level)
        if not evaluation.names_of(connection, everything):
            raise _none_of(extract.level, period, "")


def _has_parts(connection: Connection, of: PartOfCity) -> bool:
    parameters: dict[str, object] = {}
    statement = sql.SQL("select exists (select from ({}) as p)").format(of.relation(parameters))
    row = connection.execute(statement, parameters).fetchone()
    return bool(row and row[0])


def _none_of(level: str, period: Period, where: str) -> UnknownPart:
    return UnknownPart(
        Text(
            f"Von der Ebene „{level}“ gibt es{where} am Ende von {period.name} keine Teile.",
            f"There are no parts of the level “{level}”{where} at the end of {period.name}.",
        ),
        Text(
            "Wählen Sie eine andere Ebene, oder laden Sie zuerst den Layer districts damit.",
            "Choose another level, or load the layer districts with it first.",
        ),
    )
