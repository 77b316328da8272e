"""Backups: writing one, looking into one, and putting one in the place of the present database.

    back_up(settings, file)
    restore(settings, file, Choices(...), tell=print)

The parts: `writing` (a backup), `unreadable` (what it has to leave out), `contents` (what a file holds, read without a
database) and `archives` (how), `databases` (those of the server: made beside, exchanged, dropped), `unfilled` and
`emptying` (an empty database, filled directly), `properties` and `sessions` of a database, `filling` (loading a
backup), `migrating` and `comparing` (whether a restored one is what was backed up), `restoring` (the whole way) and
`programs` (PostgreSQL's own).
"""
