"""The process that writes a file of the rows that it gets on its standard input.

Nothing here imports what the service is made of, which would be 40 MB more in a process that has no use for it.
"""
