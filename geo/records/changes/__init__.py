"""The changes feed, with which a partner keeps a copy of the records up to date without reading them all again.

What the public sees of a layer is ordered by numbers of its own, see *The public's changes*; all else as follows.

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
- A view may show a record differently because *another table* changed (`sources`). Such a change appears, for each
  record concerned, where the other table's current version was written or an earlier one ended, or where the database
  found that the view shows something else; a record that was written later itself appears there instead.
- A view may change with the *day* alone (`Dependency.last_day`). The cursor contains the day up to which such changes
  have been delivered. On a new day, the records concerned that are before the position come ahead of everything else.
- A record that is in the order but not in the audience's view is a deletion for that audience.
- A reader without a cursor starts with the initial copy: the order from its very beginning. Deletions and other tables'
  changes below the horizon of the first page (``start``) are not delivered, since the initial copy is read after them.

The public's changes: at the commit of a transaction, the database compares what the public sees of the records
concerned with what it saw before (0030_changes_seen.sql). What differs gets the next number. Numbers are given out one
transaction after the other, each of them committed before the next begins to, so whoever sees a number sees all before
it, and a position is simply the last number delivered. Neither numbers nor places in the order tell of anything else.
Again a record appears once, at its latest number, and what is gone only to those who passed the number at which it
first appeared. A caller who sees some layers as the public gets the other layers' changes first, page by page.
"""

from geo.records.changes.feed import CursorExpired, FeedNotReady, FeedRequest
from geo.records.changes.reading import read

__all__ = ["CursorExpired", "FeedNotReady", "FeedRequest", "read"]
