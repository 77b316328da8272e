"""The parts of bench/serve.py.

`city` makes the database, `servers` runs Flurwerk and its peers on it, `rows` says what is asked, `measuring` how
long it takes, `floor` how long the database alone takes, and `table` prints.
"""
