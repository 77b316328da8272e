"""What the refusals of whole files have in common: what several readers find wrong, and what to do about it."""

import errno
from collections.abc import Sequence

from geo.formatting import number
from geo.text import Text

EXPORT_AGAIN = Text("Exportieren Sie die Daten noch einmal.", "Export the data again.")
GET_WHOLE = Text("Holen Sie die ganze Datei noch einmal.", "Get the whole file again.")
CHECK_PATH = Text("Prüfen Sie den Pfad.", "Check the path.")
SPLIT = Text("Teilen Sie sie auf mehrere Dateien auf.", "Split it into several files.")
OMIT_ENCODING = Text("Lassen Sie --encoding weg.", "Omit --encoding.")
NAME_ENCODING = Text(
    "Nennen Sie die richtige Kodierung, bei älteren Windows-Programmen --encoding cp1252.",
    "Specify the right encoding, for older Windows programs --encoding cp1252.",
)
KNOWN_ENCODINGS = Text(
    "Bekannt sind unter anderem utf-8, cp1252 und latin-1.", "Known encodings include utf-8, cp1252 and latin-1."
)
NAME_SHEET = Text("Nennen Sie das gemeinte: --sheet NAME.", "Name the intended one: --sheet NAME.")
NAME_HEADER_ROW = Text(
    "Nennen Sie die Zeile mit den Überschriften: --header-row N.", "Name the row with the headings: --header-row N."
)
EXPORT_AS_WKB = Text(
    "Exportieren Sie sie als GeoParquet mit Geometrien in WKB.", "Export it as GeoParquet with WKB encoding."
)

# What the system says in English only, of the errors that users meet.
CAUSES = {
    errno.ENOENT: "Datei oder Ordner gibt es nicht",
    errno.EACCES: "keine Berechtigung",
    errno.EPERM: "nicht erlaubt",
    errno.EISDIR: "das ist ein Ordner",
    errno.ENOTDIR: "das ist kein Ordner",
    errno.ENOSPC: "kein Platz mehr",
    errno.EROFS: "schreibgeschützt",
    errno.ENAMETOOLONG: "der Name ist zu lang",
}


def cause(error: OSError) -> Text:
    """Return what the system says about a file that cannot be read or written."""
    en = str(error.strerror)
    return Text(CAUSES.get(error.errno or 0, f"das System meldet: {en}"), en)


def damaged(file: str, kind: str) -> Text:
    """Return the text for a file that is not of its format."""
    return Text(
        f"{file} ist keine Datei im Format {kind}, oder sie ist beschädigt.",
        f"{file} is not a {kind} file, or is damaged.",
    )


def damaged_at(file: str, kind: str, error: object) -> Text:
    """Return the text for a file that is not of its format, with what its reader says."""
    return Text(
        f"{file} ist keine Datei im Format {kind}, oder sie ist beschädigt (Meldung: {error}).",
        f"{file} is not a {kind} file, or is damaged ({error}).",
    )


def truncated(file: str) -> Text:
    """Return the text for a file whose end is missing."""
    return Text(f"{file} ist abgeschnitten.", f"{file} is truncated.")


def encrypted(file: str) -> Text:
    """Return the text for a ZIP package that cannot be unpacked."""
    return Text(
        f"{file} ist verschlüsselt oder auf ungewöhnliche Weise gepackt.",
        f"{file} is encrypted, or compressed in an unusual way.",
    )


def unpacks_to_more_than(file: str, limit: int) -> Text:
    """Return the text for a file that unpacks to more than a number of bytes."""
    mebibytes = limit >> 20
    return Text(
        f"{file} wird entpackt größer als {number(mebibytes)} MiB.", f"{file} unpacks to more than {mebibytes} MiB."
    )


def unknown_encoding(encoding: str | None) -> Text:
    """Return the text for an encoding that does not exist."""
    return Text(f"Die Kodierung {encoding} gibt es nicht.", f"There is no encoding {encoding}.")


def several_crs(file: str, names: Sequence[str]) -> Text:
    """Return the text for a file that names more than one CRS."""
    listed = ", ".join(names[:5])
    return Text(f"{file} nennt mehrere Koordinatensysteme ({listed}).", f"{file} names several CRS ({listed}).")


def encodes_geometry(file: str, encoding: str) -> Text:
    """Return the text for a Parquet file whose geometries are not WKB."""
    return Text(f"{file} enthält Geometrien in der Form {encoding}.", f"{file} encodes its geometry as {encoding}.")


def none_named(name: str) -> Text:
    """Return how a refusal goes on that names what there is: that none has this name, if one was given."""
    if not name:
        return Text("", "")
    return Text(f"; der Name {name} ist nicht darunter", f", none of them named {name}")
