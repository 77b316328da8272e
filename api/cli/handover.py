"""``flurwerk handover``: give all records of an operator or a cluster to its successor."""

from datetime import datetime

import click

from api.cli.telling import tell
from geo.migrate import connect_migrated
from geo.periods import CITY_TIME
from geo.rollout.handing_over import Kind, Written, hand_over, named, refuse_future, undo_handover
from geo.settings import load_settings
from geo.text import Text

DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


@click.command("handover")
@click.option("--operator", help="The operator that hands over: its name or source_id.")
@click.option("--cluster", help="The cluster that hands over: its key, name or source_id.")
@click.option("--to", "successor", help="Its successor.")
@click.option("--from", "since", type=DAY, help="The first day on which the successor is responsible.")
@click.option("--undo", metavar="NUMBER", help="Take back the handover of this number, as a whole.")
def handover_command(
    operator: str | None, cluster: str | None, successor: str | None, since: datetime | None, undo: str | None
) -> None:
    """Hand all records of an operator or a cluster to its successor from a day on.

    Statements about earlier days keep showing who was responsible then. The operator or cluster ends on the day before.
    Letters of intent and obstructions stay with whom they name. Everything or nothing is written.
    """
    given = {Kind.OPERATOR: operator, Kind.CLUSTER: cluster}
    wanted = [(kind, name) for kind, name in given.items() if name is not None]
    if undo is not None:
        if wanted or successor or since or not undo.isdecimal():
            raise click.UsageError("--undo takes the number of a handover, and no other option")
        with connect_migrated(load_settings()) as connection:
            written = undo_handover(connection, undo)
        tell(Text(f"Zurückgenommen: {_listed(written)}.", f"Taken back: {_listed(written)}."))
        return
    if len(wanted) != 1 or successor is None or since is None:
        raise click.UsageError("give either --operator or --cluster, its successor (--to) and the first day (--from)")
    ((kind, name),) = wanted
    refuse_future(since.date(), datetime.now(CITY_TIME).date())
    with connect_migrated(load_settings()) as connection:
        giving, taking = named(connection, kind, name), named(connection, kind, successor)
        number, written = hand_over(connection, kind, giving, taking, since.date())
    tell(
        Text(
            f"Übergeben: {_listed(written)}. Zurücknehmen: flurwerk handover --undo {number}",
            f"Handed over: {_listed(written)}. To take it back: flurwerk handover --undo {number}",
        )
    )


def _listed(written: list[Written]) -> str:
    return ", ".join(f"{layer} {records}" for layer, records in written)
