"""Records as files: one statement, read in batches and written in the format asked for, however many there are."""

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
