"""Exports records as files: reads one statement in batches and writes any number of records in the requested format."""

from geo.records.exports.export import FILES, LISTS, Export, ExportsBusy, FileFormat, TooManyRows, WritingFailed
from geo.records.exports.labelled import list_file_name
from geo.records.exports.streaming import csv_blocks, write_file

__all__ = [
    "FILES",
    "LISTS",
    "Export",
    "ExportsBusy",
    "FileFormat",
    "TooManyRows",
    "WritingFailed",
    "csv_blocks",
    "list_file_name",
    "write_file",
]
