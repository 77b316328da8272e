"""The process that writes a file of the rows that it gets on its standard input."""
