"""What has been done to the records: entries as an audience sees them (`reading`), and sentences about them."""

from geo.records.activity.activity_sql import Wanted
from geo.records.activity.read_up_to import ReadUpTo, note_read, read_up_to
from geo.records.activity.reading import Activity, read_activity, read_activity_now
from geo.records.activity.sentences import Entry, RecordChange, record_name, sentence

__all__ = [
    "Activity",
    "Entry",
    "ReadUpTo",
    "RecordChange",
    "Wanted",
    "note_read",
    "read_activity",
    "read_activity_now",
    "read_up_to",
    "record_name",
    "sentence",
]
