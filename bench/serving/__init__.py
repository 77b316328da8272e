"""The parts of bench/serve.py.

`city` creates the database, `servers` runs Flurwerk and its peers on it, `rows` defines the requests, `measuring`
measures them, `floor` measures the database alone, and `table` prints the results.
"""
