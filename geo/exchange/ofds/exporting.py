"""The network of a day as one document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

import shapely

from geo.exchange.account import Account, NothingToExport, Remark, by_reason
from geo.exchange.ofds import document, reading
from geo.exchange.ofds.document import Degrees, Json
from geo.exchange.ofds.states import Row, reason_against
from geo.exchange.ofds.topology import Graph, Part, connect
from geo.exchange.selecting import programme_ids
from geo.periods import CITY_TIME, Period
from geo.records.layers.layer import Text
from geo.store.database import Connection

NO_SPAN = Text(
    "an keinem Trassenabschnitt (im Umkreis von 1 m), oder neben einem anderen Knoten",
    "on no trench (within 1 m), or beside another node",
)


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes the network, and its name; ``network_id`` is a UUID, by default made from both."""

    publisher: str
    name: str
    network_id: str | None = None

    @property
    def id(self) -> str:
        """The network's UUID, the same for every export of a publisher's network of that name."""
        return self.network_id or str(uuid5(NAMESPACE_URL, f"urn:flurwerk:network:{self.publisher}:{self.name}"))


def export_network(
    connection: Connection,
    publication: Publication,
    *,
    period: Period | None = None,
    programmes: Sequence[str] = (),
) -> tuple[Json, Account]:
    """Return the network package and the account of it.

    The network is that of the period's last day, without a period that of today, from the records as they are now;
    ``programmes`` (source_ids) select its parts, without any all count. Raises NothingToExport if no trench is left,
    and UnknownProgramme.
    """
    today = datetime.now(CITY_TIME).date()
    on = period.last if period else today
    selected = programme_ids(connection, programmes)
    account = Account()
    trenches = _taken(reading.read(connection, reading.TRENCHES, selected), on, account, is_past=period is not None)
    if not trenches:
        why = "; ".join(f"{len(found)} {reason.en}" for (_, reason), found in by_reason(account.left_out).items())
        raise NothingToExport(
            Text(
                f"Es gibt keine Trasse, die ausgegeben werden könnte{f' ({why})' if why else ''}.",
                f"There is no trench to export{f' ({why})' if why else ''}.",
            ),
            Text(
                "Wählen Sie einen anderen Zeitraum oder andere Programme.", "Choose another period or other programmes."
            ),
        )
    nodes = reading.read(connection, reading.NODES, selected)
    account.not_covered.update(
        {row["layer"]: row["count"] for row in reading.read(connection, reading.NOT_COVERED, selected)}
    )
    graph = connect(
        [Part(row["id"], line) for row in trenches for line in shapely.get_parts(shapely.from_wkb(row["shape"]))],
        [(f"node-{row['id']}", shapely.from_wkb(row["shape"])) for row in nodes],
    )
    network = _head(publication, today) | _parts(connection, graph, trenches, nodes, on, account)
    return {"networks": [network]}, account


def _taken(trenches: Sequence[Row], on: date, account: Account, *, is_past: bool) -> list[Row]:
    taken: list[Row] = []
    for row in trenches:
        reason = reason_against(row, on, is_past=is_past)
        if reason is None:
            taken.append(row)
        else:
            account.left_out.append(Remark("trenches", row["source"], row["source_id"], reason))
    account.written["trenches"] = len(taken)
    return taken


def _head(publication: Publication, today: date) -> Json:
    return {
        "id": publication.id,
        "name": publication.name,
        "links": [{"href": document.SCHEMA, "rel": "describedby"}],
        "publisher": {"name": publication.publisher},
        "publicationDate": today.isoformat(),
        "crs": document.CRS,
        "language": "de",
    }


def _parts(
    connection: Connection, graph: Graph, trenches: Sequence[Row], nodes: Sequence[Row], on: date, account: Account
) -> Json:
    degrees = Degrees()
    used = graph.used
    for row in nodes:
        if f"node-{row['id']}" in used:
            account.written["network_nodes"] += 1
        else:
            account.left_out.append(Remark("network_nodes", row["source"], row["source_id"], NO_SPAN))
    kept = [row for row in nodes if f"node-{row['id']}" in used]
    of_phase = document.phases(reading.read(connection, reading.PROGRAMMES))
    of_operator = document.organisations(reading.read(connection, reading.OPERATORS))
    consents: dict[str, Json] = {}
    by_id = {row["id"]: row for row in trenches}
    spans = []
    for piece in graph.pieces:
        row = by_id[piece.trench]
        made = document.span(piece, row, degrees, on, of_phase, of_operator)
        if consent := document.wayleave(row, on):
            consents[consent["id"]] = consent
            made["wayleaves"] = [consent["id"]]
        spans.append(made)
    belonging = [*kept, *trenches]
    found: Json = {
        "nodes": [document.node(row, degrees, on, of_phase, of_operator) for row in kept]
        + [document.junction(one, degrees) for one in graph.junctions if one.id in used],
        "spans": spans,
        "phases": [of_phase[key] for key in sorted({row["programme"] for row in belonging} - {None})],
        "organisations": [of_operator[key] for key in sorted({row["operator"] for row in belonging} - {None})],
        "wayleaves": list(consents.values()),
    }
    return {name: value for name, value in found.items() if value}
