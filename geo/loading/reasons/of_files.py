"""The texts about GIS files: what they hold besides, and what of it was left out."""

from collections.abc import Sequence

from geo.text import Text

TWICE_IN_JSON = Text(
    "Diese Eigenschaft hat das Objekt mehrmals, mit verschiedenen Werten. Entfernen Sie die falschen.",
    "The object has this property more than once, with different values. Remove the wrong ones.",
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
FORMAT = Text("Format", "Format")
LAYER = Text("Ebene der Datei", "Layer of the file")


TWO_VALUES = Text(
    "Der Datensatz hat zwei Werte mit diesem Namen. Löschen Sie den falschen.",
    "The record has two values of this name. Delete the wrong one.",
)
PICTURES_LEFT_OUT = Text(
    "Bilder (Overlays) in der KML-Datei wurden nicht geladen.", "Pictures (overlays) in the KML file were not loaded."
)


def unread_columns(names: list[str]) -> Text:
    """Return the note on columns that the format itself adds and nobody mapped."""
    listed = ", ".join(names)
    return Text(f"Nicht geladen, weil nicht zugeordnet: {listed}.", f"Not loaded, since they are not mapped: {listed}.")


def asterisks(column: str, rows: int) -> Text:
    """Return the note on cells of asterisks, in a column too wide for overflows, that are read as empty."""
    return Text(
        f"In der Spalte {column} stehen in {rows} Zeilen Sternchen statt einer Zahl. So schreiben QGIS und GDAL leere "
        "Zellen; sie gelten als leer.",
        f"The column {column} has asterisks instead of a number in {rows} rows. This is how QGIS and GDAL write empty "
        "cells; they count as empty.",
    )


def zeros(column: str, rows: int) -> Text:
    """Return the note on zeros of a MapInfo table, which may stand for missing values."""
    return Text(
        f"{column}: In {rows} Zeilen steht 0 oder falsch. MapInfo schreibt das auch, wo ein Wert fehlt: Prüfen Sie, "
        'was gemeint ist. Fehlende Werte leert die Zuordnungsdatei, unter [codes.SPALTE] mit 0 = "".',
        f"{column}: {rows} rows have 0 or false. MapInfo writes that for missing values, too: check what is meant. The "
        'mapping file empties missing ones, under [codes.COLUMN] by 0 = "".',
    )


def deleted_records(rows: int) -> Text:
    """Return the note on records of a Shapefile that are marked as deleted."""
    return Text(
        f"In der .dbf-Datei sind {rows} Datensätze als gelöscht markiert. Sie wurden nicht geladen.",
        f"The .dbf file marks {rows} records as deleted. They were not loaded.",
    )


def without_property(name: str, features: int) -> Text:
    """Return the note on features that lack a property which others have."""
    return Text(
        f"{features} Objekten fehlt die Eigenschaft {name}, die andere haben. Sie gilt bei ihnen als leer.",
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
