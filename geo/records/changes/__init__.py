"""The changes feed, with which a partner keeps a copy of the records up to date without reading them all again.

Changes are ordered by transaction id, not by clock or sequence: those are assigned before a transaction commits, so a
slow transaction could appear at a place that a reader has already passed. All transactions with ids below
``pg_snapshot_xmin`` have ended, and everything that they wrote is visible. Therefore:

- A *position* is a point in the order (transaction, layer, record). A page contains what is after the cursor's position
  and below the horizon ``pg_snapshot_xmin``. Nothing can be added before a position later, since all later changes have
  an id at or above the horizon. A position may be within a transaction or between two.
- A record appears once, at the place where its *current* version was written. If it changes again before the reader
  gets there, it moves to its new place: nothing is lost, and it is read in its latest state. So the upper end of the
  paged range need not be fixed.
- A deletion appears where the record's last version ended, unless a record with that id exists again.
- The content of a record is read in the same snapshot as its place in the order, or in a later one. If it is in a later
  state than its place implies, that state has its own place further on, and is read again there.
- A view may show a record differently because *another table* changed (`Layer.dependencies`). Such a change appears,
  for each record concerned, where the other table's current version was written or an earlier one ended; a record that
  was written later itself appears there instead.
- A view may change with the *day* alone (`Dependency.last_day`). The cursor contains the day up to which such changes
  have been delivered. On a new day, the records concerned that are before the position come ahead of everything else.
- A record that is in the order but not in the audience's view is a deletion for that audience; for the public only if
  it may have seen an earlier version, so that ids of records that were never public are not disclosed.
- A reader without a cursor starts with the initial copy: the order from its very beginning. Deletions and other tables'
  changes below the horizon of the first page (``start``) are not delivered, since the initial copy is read after them.
"""

from geo.records.changes.feed import CursorExpired, FeedNotReady, FeedRequest
from geo.records.changes.reading import read

__all__ = ["CursorExpired", "FeedNotReady", "FeedRequest", "read"]
