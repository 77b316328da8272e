"""Conversion of a file's cells to database values. Each distinct value is converted once."""
