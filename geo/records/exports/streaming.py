"""Streams rows from the database (COPY) to a file, in blocks. CSV is written here, other formats by another process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from psycopg import sql

from geo.records.exports.converting import convert
from geo.records.exports.export import Export, Field, TooManyRows, authority
from geo.records.exports.fields import PLACES, cell, fields
from geo.records.exports.labelled import (
    first_lines,
    heading,
    list_cell,
    list_fields,
    mark,
    natural,
    sheet_name,
    written_kind,
)
from geo.records.features import feature_sql
from geo.records.features.reading import column_types
from geo.records.file_writers.job import Explanation, Job
from geo.store.database import AsyncConnection, set_as_of

BLOCK = 256 * 1024
"""The minimum size in bytes of a block of whole rows, except for the last one."""

INDEXED_AT_MOST = 100_000
"""The maximum number of features for a spatial index in FlatGeobuf; GDAL needs 150 bytes of memory per feature."""


@asynccontextmanager
async def csv_blocks(connection: AsyncConnection, export: Export) -> AsyncIterator[AsyncIterator[bytes]]:
    """Yield a CSV file's blocks as the database delivers them. The first block begins with the header.

    The statement ends with the context, however many blocks were read. While it has not ended, the connection cannot
    even be rolled back.
    """
    content = await _content(connection, export)
    async with _copied(connection, export, content, is_csv=True) as blocks:
        yield _after(first_lines(export, content.fields), blocks) if export.format.is_labelled else blocks


async def _after(first: bytes, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    # Not on its own: what cannot be read must be known before anything is sent.
    yield first + await anext(blocks, b"")
    async for block in blocks:
        yield block


async def write_file(connection: AsyncConnection, export: Export, path: Path) -> None:
    """Write a file of any format but CSV.

    Raises TooManyRows if the format cannot hold all the records, WritingFailed if the file cannot be written.
    """
    content = await _content(connection, export)
    known = content.fields
    is_labelled = export.format.is_labelled
    count = await _count(connection, export)
    if export.format.most_rows and count > export.format.most_rows:
        raise TooManyRows(export.format)
    job = Job(
        format="xlsx" if is_labelled else export.format.key,
        path=str(path),
        name=sheet_name(export) if is_labelled else export.layer.key,
        fields=[(field.name, written_kind(export, field) if is_labelled else field.kind) for field in known],
        headings=[heading(export.layer, field.name, export.language) if is_labelled else field.name for field in known],
        geometry=export.layer.geometry,
        crs=authority(export),
        # GDAL writes no index if a geometry is missing.
        is_indexed=export.layer.geometry_required and count <= INDEXED_AT_MOST,
        count=count,
        explanations=[_explanation(export, field) for field in known],
        language=export.language,
        mark=mark(export) if is_labelled else "",
    )
    async with _copied(connection, export, content, is_csv=False) as blocks:
        await convert(job, blocks)


class _Content(NamedTuple):
    """The fields of a file, their expressions, and the columns that are sorted as people sort."""

    fields: list[Field]
    cells: list[tuple[str, sql.Composable]]
    natural: frozenset[str]


async def _content(connection: AsyncConnection, export: Export) -> _Content:
    """Return what the file contains. If the past is requested, the connection shows it from here on."""
    if export.wanted.as_of:
        await set_as_of(connection, export.wanted.as_of)
    types = await column_types(connection, export.layer, export.audience)
    if export.format.is_labelled:
        listed = list_fields(export, types)
        return _Content(listed, [(field.name, list_cell(export, field)) for field in listed], natural(types))
    known = fields(export, types)
    return _Content(known, [(field.name, cell(export, field)) for field in known], frozenset())


async def _count(connection: AsyncConnection, export: Export) -> int:
    """Return the number of records to export, counted up to one more than the limit that matters for the format."""
    most = export.format.most_rows or INDEXED_AT_MOST
    counted = most + 1 if export.limit is None else min(most + 1, export.limit)
    query = feature_sql.count(export.layer, export.audience, export.wanted, counted)
    row = await (await connection.execute(query.statement, query.parameters, prepare=False)).fetchone()
    assert row is not None
    return row[0]


@asynccontextmanager
async def _copied(
    connection: AsyncConnection, export: Export, content: _Content, *, is_csv: bool
) -> AsyncIterator[AsyncIterator[bytes]]:
    is_list = export.format.is_labelled
    query = feature_sql.copy(
        export.layer,
        export.audience,
        export.wanted,
        content.cells,
        limit=export.limit,
        header=is_csv and not is_list,
        delimiter=";" if is_csv and is_list else ",",
        natural=content.natural,
    )

    async def blocks() -> AsyncIterator[bytes]:
        rows: list[bytes] = []
        size = 0
        async for row in copy:
            rows.append(bytes(row))
            size += len(row)
            if size >= BLOCK:
                yield b"".join(rows)
                rows, size = [], 0
        if rows:
            yield b"".join(rows)

    async with connection.cursor() as cursor, cursor.copy(query.statement, query.parameters) as copy:
        yield blocks()


def _explanation(export: Export, field: Field) -> Explanation:
    """Return the explanation of a field for a workbook's second sheet."""
    layer, language = export.layer, export.language
    if layer.geometry and field.name in PLACES:
        return field.name, layer.label("geom").in_language(language), authority(export), ""
    label = layer.label(field.name).in_language(language)
    if not layer.has_column(field.name):
        return field.name, label, "", ""
    column = layer.column(field.name)
    codes = "; ".join(f"{code}: {text.in_language(language)}" for code, text in (column.codes or {}).items())
    hint = column.hint.in_language(language) if column.hint else ""
    unit = column.unit.symbol(language) if column.unit else ""
    return field.name, label, unit, codes or hint
