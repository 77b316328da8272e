"""Books the requests of a portal's feedback as inquiries and parties, by the same way as loaded files.

A request that is booked already, or was booked and then deleted, is never booked again, nor is what an editor has made
of it since changed. A person is a party once; what the person writes later is added to the party's note, since that is
personal and can be erased, unlike an inquiry's note.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from geo.exchange.openimmo import reasons
from geo.exchange.openimmo.feedback import Fault, Feedback, Request
from geo.formatting import day
from geo.loading import load
from geo.store.database import Connection

KNOWN_REQUESTS = """
    select source_id from flurwerk.inquiries where source = %(source)s and source_id = any (%(keys)s)
    union
    select source_id
    from flurwerk_history.inquiries
    where source = %(source)s and source_id = any (%(keys)s) and operation = 'delete'
"""
KNOWN_PARTIES = """
    select source_id, kind, name, contact_name, email, phone, note
    from flurwerk.parties
    where source = %(source)s and source_id = any (%(keys)s)
"""
PARTY = ("kind", "name", "contact_name", "email", "phone")
INQUIRY = ("party", "kind", "received_on", "note")


@dataclass(slots=True)
class Booking:
    """What was booked, or would have been: requests, new parties, parties whose note grew; and what was not."""

    booked: list[Request] = field(default_factory=list)
    known: list[Request] = field(default_factory=list)
    """Booked before, or booked and deleted since."""
    new_parties: int = 0
    added_to: int = 0
    differing: list[tuple[Request, list[str]]] = field(default_factory=list)
    """Requests of a known party, with the columns in which the feedback differs; the party keeps its own."""
    faults: list[Fault] = field(default_factory=list)


def book(connection: Connection, feedback: Feedback, source: str, kind: str | None, *, dry_run: bool) -> Booking:
    """Book all new requests, or none if one is at fault; ``kind`` is that of requests about unknown objects."""
    result = Booking(faults=list(feedback.faults))
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"flurwerk feedback {source}"])
        _sort_out(connection, feedback, source, result)
        for each in result.booked:
            if each.kind is None and kind is None:
                result.faults.append(Fault(each.line, "objekt", each.subject, reasons.UNKNOWN_OBJECT))
        if not result.faults:
            with TemporaryDirectory(prefix="flurwerk-feedback-") as folder:
                _parties(connection, feedback, source, result, Path(folder))
                _inquiries(connection, feedback, source, kind, result, Path(folder))
        if dry_run or result.faults:
            raise psycopg.Rollback
    return result


def _sort_out(connection: Connection, feedback: Feedback, source: str, result: Booking) -> None:
    keys = [each.key for each in feedback.requests]
    found = connection.execute(KNOWN_REQUESTS, {"source": source, "keys": keys})
    known = {key for (key,) in found}
    for each in feedback.requests:
        (result.known if each.key in known else result.booked).append(each)


def _parties(connection: Connection, feedback: Feedback, source: str, result: Booking, folder: Path) -> None:
    keys = [each.party_key for each in result.booked]
    there = {
        key: (dict(zip(PARTY, values, strict=True)), note)
        for key, *values, note in connection.execute(KNOWN_PARTIES, {"source": source, "keys": keys})
    }
    new: dict[str, dict[str, str]] = {}
    notes: dict[str, str] = {key: note or "" for key, (_, note) in there.items()}
    lines: dict[str, int] = {}
    for each in result.booked:
        lines.setdefault(each.party_key, each.line)
        has = there[each.party_key][0] if each.party_key in there else new.setdefault(each.party_key, dict(each.party))
        if differing := [name for name in PARTY if (has.get(name) or None) != each.party.get(name)]:
            result.differing.append((each, differing))
        notes[each.party_key] = "\n\n".join(filter(None, (notes.get(each.party_key), _note(each, feedback))))
    added = [{"source_id": key, "note": notes[key]} for key in there]
    made = [{"source_id": key, **dict.fromkeys(PARTY, ""), **values, "note": notes[key]} for key, values in new.items()]
    _load(connection, "parties", source, made, lines, result, folder / "new_parties.parquet")
    _load(connection, "parties", source, added, lines, result, folder / "known_parties.parquet")
    result.new_parties, result.added_to = len(made), len(added)


def _note(request: Request, feedback: Feedback) -> str:
    """Return what is added to the party's note."""
    assert feedback.day is not None, "a feedback without a day is at fault"
    head = f"Anfrage vom {day(feedback.day)}, {request.subject.splitlines()[0]}"
    return f"{head}\n{request.message}" if request.message else head


def _inquiries(
    connection: Connection, feedback: Feedback, source: str, kind: str | None, result: Booking, folder: Path
) -> None:
    rows = [
        {
            "source_id": each.key,
            "party": each.party_key,
            "kind": each.kind or kind,
            "received_on": str(feedback.day),
            "note": each.subject,
        }
        for each in result.booked
    ]
    lines = {each.key: each.line for each in result.booked}
    _load(connection, "inquiries", source, rows, lines, result, folder / "inquiries.parquet")


def _load(
    connection: Connection,
    layer: str,
    source: str,
    rows: Sequence[Mapping[str, object]],
    lines: Mapping[str, int],
    result: Booking,
    path: Path,
) -> None:
    """Load rows; what is refused becomes a fault at the line of the person."""
    if not rows:
        return
    # As Parquet: people's texts of several lines might look like rows of a CSV file whose quotation marks are wrong.
    texts = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    pq.write_table(pa.Table.from_pylist(texts), path)
    report = load(connection, layer, path, source=source)
    result.faults += [
        Fault(lines.get(each.source_id or "", 0), each.column or layer, each.value, each.reason)
        for each in report.problems
    ]


def unrecognised(requests: Iterable[Request]) -> int:
    """Return how many requests have no id of the portal's."""
    return sum(not each.is_recognised for each in requests)
