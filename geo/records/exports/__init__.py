"""Exports records as files: reads one statement in batches and writes any number of records in the requested format."""

from geo.records.exports.export import FILES, Export, ExportsBusy, FileFormat, TooManyRows, WritingFailed
from geo.records.exports.streaming import csv_blocks, write_file

__all__ = [
    "FILES",
    "Export",
    "ExportsBusy",
    "FileFormat",
    "TooManyRows",
    "WritingFailed",
    "csv_blocks",
    "write_file",
]
