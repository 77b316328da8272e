"""Brings a database into which a backup has been loaded to this version, and proves that it is what was backed up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg import sql

from geo.backups import comparing
from geo.backups.contents import Contents
from geo.backups.filling import LeftOut
from geo.errors import FlurwerkError
from geo.figures.releases.verifying import Verdict
from geo.migrate import Blocked, MigrationError, migrate
from geo.settings import Settings
from geo.store.database import Connection, make_read_only
from geo.text import Text

Tell = Callable[[str], object]
"""Is told, in sentences, what has been done."""


class Unverified(FlurwerkError):
    """Releases in the backup are not as they were published."""


@dataclass(frozen=True)
class Choices:
    """What a person has decided about a restore.

    ``until`` is the last day on which the replaced database is kept; ``drops_old``: it is not kept, unless it has views
    or tables of the operator that the backup lacks.
    ``accepts_unverified``: also if releases are not as published. ``without_own``: without what is the operator's and
    cannot be loaded, or is in the way of a migration. ``discards``: what a killed restore has loaded into an empty
    database is dropped.
    """

    until: date | None = None
    drops_old: bool = False
    accepts_unverified: bool = False
    without_own: bool = False
    discards: bool = False


def bring_up_to_date(
    connection: Connection,
    settings: Settings,
    contents: Contents,
    left_out: Sequence[LeftOut],
    choices: Choices,
    tell: Tell,
) -> None:
    """Migrate a restored database, and tell what came of it.

    Raises NotTheSame or Unverified unless all rows and releases are as they were, but for what was left out, and
    MigrationError if the database cannot be migrated.
    """
    before = comparing.counts(connection)
    comparing.refuse_difference(connection, before, _expected(connection, contents, left_out))
    connection.commit()
    applied = _migrate(connection, settings, choices, tell)
    # What partners have read from the change feed since the backup was made no longer holds.
    connection.execute("call flurwerk.renew_epoch()")
    connection.commit()
    comparing.refuse_loss(connection, before)
    connection.commit()
    make_read_only(connection)
    verdicts = comparing.verdicts(connection)
    _refuse_unverified(verdicts, choices)
    connection.commit()
    values = sum(verdict.values for verdict in verdicts)
    migrated = f"migrated ({', '.join(applied)})" if applied else "already of this version"
    verified = f"{len(verdicts)} releases verified, {values} values computed again"
    if left_out:
        tell(f"Left out, and still in the backup: {', '.join(map(str, left_out))}.")
    tell(f"All rows are there, {migrated}; {verified}.")


def _expected(connection: Connection, contents: Contents, left_out: Sequence[LeftOut]) -> dict[str, int]:
    """Return how many rows each table of the backup must have, without those that were left out."""
    quoted = "select quote_ident(%s) || '.' || quote_ident(%s)"
    names = [connection.execute(quoted, [each.schema, each.name]).fetchone() for each in left_out]
    return {table: rows for table, rows in contents.rows.items() if (table,) not in names}


def _migrate(connection: Connection, settings: Settings, choices: Choices, tell: Tell) -> list[str]:
    try:
        return migrate(connection, settings)
    except Blocked as blocked:
        if not choices.without_own:
            raise MigrationError(
                Text(
                    f"{blocked.texts[0].de} Damit kann nicht migriert werden.",
                    blocked.message.removesuffix(".") + ", and cannot be migrated with it.",
                ),
                Text(
                    "Um ohne sie wiederherzustellen (sie bleiben in der Sicherung): --without-own",
                    "To restore without them (they stay in the backup): --without-own",
                ),
            ) from blocked
        _drop_own(connection, blocked)
        tell(f"Left out, and still in the backup: {', '.join(blocked.names)}.")
        return migrate(connection, settings)


def _drop_own(connection: Connection, blocked: Blocked) -> None:
    """Drop these objects of the operator, and nothing that depends on them. Raises Blocked if a table is among them."""
    left = blocked.names
    while left:
        kept = [name for name in left if not _dropped(connection, name)]
        if len(kept) == len(left):
            raise Blocked(kept) from blocked
        left = kept
    connection.commit()


def _dropped(connection: Connection, name: str) -> bool:
    """Drop one object, given as kind and name, unless others depend on it or it holds data."""
    if name.startswith(("table ", "foreign table ")):
        return False
    try:
        with connection.transaction():
            # The server has named it, quoted as in SQL.
            connection.execute(sql.SQL("drop {}").format(sql.SQL(name)))  # pyright: ignore[reportArgumentType]
    except psycopg.errors.DependentObjectsStillExist:
        return False
    return True


def _refuse_unverified(verdicts: list[Verdict], choices: Choices) -> None:
    wrong = [f"{each.release.period}, release {each.release.number}" for each in verdicts if not each.holds]
    if wrong and not choices.accepts_unverified:
        raise Unverified(
            Text(
                "Veröffentlichte Zahlen in der Sicherung sind nicht, wie sie veröffentlicht wurden "
                f"({'; '.join(wrong)}).",
                f"Published figures in the backup are not as they were published ({'; '.join(wrong)}).",
            ),
            Text(
                "Es wurde nichts geändert. Um sie trotzdem wiederherzustellen (flurwerk report "
                "verify zeigt mehr): --accept-unverified",
                "Nothing was changed. To restore it all the same (flurwerk report verify shows more): "
                "--accept-unverified",
            ),
        )
