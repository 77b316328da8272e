"""Backups: writing one, looking into one, and putting one in the place of the present database.

    back_up(settings, file)
    restore(settings, file, Choices(...), tell=print)

The parts: `writing` (a backup), `contents` (what a file holds, read without a database), `databases` (those of the
server: made beside, exchanged, dropped), `properties` and `sessions` of a database, `comparing` (whether a restored one
is what was backed up), `restoring` (the whole way) and `programs` (PostgreSQL's own).
"""
