"""The process that writes a file from the rows on its standard input.

Nothing here imports modules of the service, which would cost this process 40 MB that it does not need.
"""
