"""What people keep about plots: saved searches and shortlists, their own or shared with all who can sign in.

The connections of these functions belong to a session of the service that names whom it serves (flurwerk.actor): the
database shows each person their own and what is shared (0055_saved_and_watched.sql).
"""

from geo.land.saved.keeping import Kept, NameTaken, NotKept, Outdated, TooMany

__all__ = ["Kept", "NameTaken", "NotKept", "Outdated", "TooMany"]
