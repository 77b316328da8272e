"""The texts about GIS files: why they cannot be read, what they hold besides, and what of it was left out."""

from collections.abc import Sequence

from geo.formatting import number
from geo.text import Text

TWICE_IN_JSON = Text(
    "Das steht in dem Objekt mehrmals, mit verschiedenen Werten. Entfernen Sie die falschen.",
    "The object has this more than once, with different values. Remove the wrong ones.",
)
NO_FEATURE = Text(
    "Das ist kein Objekt mit Eigenschaften, wie es das Format verlangt. Exportieren Sie die Datei noch einmal.",
    "This is not a feature with properties, as the format requires it. Export the file again.",
)
NO_EPOCH = Text(
    "Das ist kein Zeitpunkt in Millisekunden seit 1970, wie er in Datumsfeldern von Esri-JSON steht.",
    "This is not a time in milliseconds since 1970, as date fields of Esri JSON have it.",
)
UNKNOWN_ZONE = Text(
    "Der Zeitpunkt hat keine Zeitzone und fällt je nach der gemeinten auf verschiedene Tage. Liefern Sie ein Datum, "
    "oder einen Zeitpunkt mit Zeitzone.",
    "The time has no time zone, and its day depends on which is meant. Deliver a date, or a time with its zone.",
)
NAME_ENCODING = Text(
    "Nennen Sie ihre Kodierung, bei älteren Windows-Programmen --encoding cp1252.",
    "Specify its encoding, for older Windows programs --encoding cp1252.",
)
CUT_OR_DAMAGED = Text(
    "Sie ist abgeschnitten oder beschädigt: Holen oder exportieren Sie sie noch einmal.",
    "It is truncated or damaged: get it or export it again.",
)
FORMAT = Text("Format", "Format")
LAYER = Text("Ebene der Datei", "Layer of the file")


TWO_VALUES = Text(
    "Der Datensatz hat zwei Werte mit diesem Namen. Löschen Sie den falschen.",
    "The record has two values of this name. Delete the wrong one.",
)
PICTURES_LEFT_OUT = Text(
    "Bilder (Overlays) in der KML-Datei wurden nicht geladen.", "Pictures (overlays) in the KML file were not loaded."
)


def _rows(count: int) -> str:
    return "1 Zeile" if count == 1 else f"{number(count)} Zeilen"


def unread_columns(names: list[str]) -> Text:
    """Return the note on columns that the format itself adds and nobody mapped."""
    listed = ", ".join(names)
    return Text(f"Nicht geladen, weil nicht zugeordnet: {listed}.", f"Not loaded, since they are not mapped: {listed}.")


def asterisks(column: str, rows: int) -> Text:
    """Return the note on cells of asterisks, in a column too wide for overflows, that are read as empty."""
    return Text(
        f"In der Spalte {column} stehen in {_rows(rows)} Sternchen statt einer Zahl. So schreiben QGIS und GDAL leere "
        "Zellen; sie gelten als leer.",
        f"The column {column} has asterisks instead of a number in {rows} rows. This is how QGIS and GDAL write empty "
        "cells; they count as empty.",
    )


def zeros(column: str, rows: int) -> Text:
    """Return the note on zeros of a MapInfo table, which may stand for missing values."""
    return Text(
        f"{column}: In {_rows(rows)} steht 0 oder falsch. MapInfo schreibt das auch, wo ein Wert fehlt: Prüfen Sie, "
        'was gemeint ist. Fehlende Werte leert die Zuordnungsdatei, unter [codes.SPALTE] mit 0 = "".',
        f"{column}: {rows} rows have 0 or false. MapInfo writes that for missing values, too: check what is meant. The "
        'mapping file empties missing ones, under [codes.COLUMN] by 0 = "".',
    )


def deleted_records(rows: int) -> Text:
    """Return the note on records of a Shapefile that are marked as deleted."""
    return Text(
        "In der .dbf-Datei ist 1 Datensatz als gelöscht markiert. Er wurde nicht geladen."
        if rows == 1
        else f"In der .dbf-Datei sind {number(rows)} Datensätze als gelöscht markiert. Sie wurden nicht geladen.",
        f"The .dbf file marks {rows} records as deleted. They were not loaded.",
    )


def without_property(name: str, features: int) -> Text:
    """Return the note on features that lack a property which others have."""
    lacking = "1 Objekt" if features == 1 else f"{number(features)} Objekten"
    return Text(
        f"{lacking} fehlt die Eigenschaft {name}, die andere haben. Sie gilt dort als leer.",
        f"{features} features lack the property {name}, which others have. It counts as empty.",
    )


def members_left_out(names: Sequence[str]) -> Text:
    """Return the note on what features have besides properties and geometry."""
    listed = ", ".join(names)
    return Text(
        f"Außerhalb der Eigenschaften stehen bei den Objekten weitere Angaben ({listed}). Sie wurden nicht geladen.",
        f"The features have members besides their properties ({listed}). They were not loaded.",
    )


RUNNING_NUMBERS = Text(
    "Die Objekte haben keine eigenen Nummern. Als fid dient ihre Reihenfolge, die sich ändert, sobald eines hinzukommt "
    "oder wegfällt; als source_id taugt sie dann nicht.",
    "The features have no numbers of their own. Their order serves as fid; it changes when a feature is added or left "
    "out, so that it is of no use as source_id then.",
)
TRANSFER_LIMITED = Text(
    "Die Datei ist nach eigener Angabe unvollständig (exceededTransferLimit): Der Dienst hat nicht alle Objekte "
    "geliefert. Rufen Sie den Rest ebenfalls ab.",
    "The file says that it is incomplete (exceededTransferLimit): the service did not deliver all features. Retrieve "
    "the rest, too.",
)


def told_by_gdal(warning: str) -> Text:
    """Return the note with a warning of the program library that reads GIS files."""
    return Text(f"Beim Lesen meldete GDAL: {warning}", f"While reading, GDAL said: {warning}")


def unreadable(file: str, cause: str) -> Text:
    """Return the text for a file that GDAL cannot read, with what it says."""
    return Text(f"{file} ist nicht lesbar (Meldung: {cause}).", f"{file} cannot be read ({cause}).")


def truncated(file: str, announced: int, contained: int) -> Text:
    """Return the text for a file that ends before the last of its features."""
    return Text(
        f"{file} ist abgeschnitten: Sie kündigt {number(announced)} Objekte an, enthält aber {number(contained)}.",
        f"{file} is truncated: it announces {announced} features but contains {contained}.",
    )


def inexact(file: str, warning: str) -> Text:
    """Return the text for a file of which GDAL says that it reads values inexactly."""
    return Text(
        f"{file} hat Werte, die nicht so gelesen werden können, wie sie sind (Meldung: {warning}).",
        f"{file} has values that cannot be read as they are ({warning}).",
    )


def not_belonging(file: str, shapes: int, records: int) -> Text:
    """Return the text for a Shapefile whose parts have different numbers of records."""
    return Text(
        f"{file} hat {number(shapes)} Geometrien, ihre .dbf-Datei aber {number(records)} Datensätze: Sie gehören nicht "
        "zusammen.",
        f"{file} has {shapes} geometries, but its .dbf has {records} records: they do not belong together.",
    )


def parts_missing(file: str, stem: str, suffixes: Sequence[str]) -> Text:
    """Return the text for a Shapefile without some of its parts."""
    de = "fehlt die Datei" if len(suffixes) == 1 else "fehlen die Dateien"
    return Text(
        f"In {file} {de} {' und '.join(suffixes)} zu {stem}.shp.",
        f"{file} lacks the {' and '.join(suffixes)} file of {stem}.shp.",
    )


def unreadable_property(file: str, name: str, encoding: str) -> Text:
    """Return the text for a property whose name is no text in the file's encoding."""
    return Text(
        f"{file} hat die Eigenschaft {name}, die nicht als {encoding.upper()} zu lesen ist.",
        f"{file} has the property {name}, which cannot be read as {encoding.upper()}.",
    )


def unreadable_column(file: str, name: str, encoding: str) -> Text:
    """Return the text for a column whose name is no text in the file's encoding."""
    return Text(
        f"{file} hat die Spalte {name}, deren Name nicht als {encoding.upper()} zu lesen ist.",
        f"{file} has the column {name}, whose name cannot be read as {encoding.upper()}.",
    )


def network_link(file: str) -> Text:
    """Return the text for a KML file that only links to another one."""
    return Text(
        f"{file} enthält statt der Daten einen Link auf eine andere Datei (NetworkLink).",
        f"{file} contains a link to another file instead of its data (NetworkLink).",
    )


def document_type(file: str, kind: str) -> Text:
    """Return the text for an XML file with a document type, by which parsers can be made to read other files."""
    return Text(
        f"{file} hat einen Dokumenttyp (DOCTYPE), den {kind} nicht braucht und der schaden kann.",
        f"{file} has a document type (DOCTYPE), which {kind} does not need and which may be harmful.",
    )
