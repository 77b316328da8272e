"""The feed of changes: what a partner needs to keep a copy of the records without reading them anew.

The order is that of transaction ids, not of clocks or sequences: those are taken before a transaction commits, so
that a slow one would appear behind a reader who has passed already. Of ids below ``pg_snapshot_xmin`` every
transaction has ended, and whatever it wrote can be seen. Hence

- a *position* is a point in the order (transaction, layer, record), and a page is what lies behind the cursor's
  position and below the horizon ``pg_snapshot_xmin``. Nothing can appear behind a position any more: whatever is
  still to come has an id at or above the horizon. Positions cut through a transaction as they cut between two.
- A record stands where its *present* version was written, and once. When it changes again before the reader comes
  there, it moves on to its new place in the order: nothing is lost, and it is read in its latest state. So the upper
  end of what is paged need not be held fast.
- A deletion stands where the record's last version ended, unless there is a record of that id again.
- What a page says of a record is read in the same snapshot as its place in the order, or in a later one. If it is of
  a later state than its place tells, that state has a place of its own further on, and is read once more.
- A view may show a record differently since *another table* changed (`Layer.dependencies`). Such a change stands, for
  every record concerned, where the other's present version was written or an earlier one ended; a record that was
  written later itself is told there instead.
- A view may change with the *day* alone (`Dependency.last_day`). The cursor holds the day up to which this is told;
  when a new day has come, those of the records concerned that are told already stand before everything else.
- A record that is in the order but not in the audience's view is a deletion for that audience; for the public only if
  it may have seen an earlier version, lest the ids of records that never were public are told.
- A reader without a cursor starts with the stock: the order from its very beginning. Below the horizon of that first
  page (``start``) deletions and other tables' changes need no telling, since the stock is read after them.
"""

from geo.records.changes.feed import Asked, CursorExpired, FeedUnsettled
from geo.records.changes.reading import read

__all__ = ["Asked", "CursorExpired", "FeedUnsettled", "read"]
