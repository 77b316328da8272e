"""GML files: their areas by GDAL, which knows arcs and surfaces of many parts, by the features' identifiers."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import pyarrow as pa
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geo.exchange.enriching.reading import BadRow
from geo.exchange.errors import ExchangeRefused
from geo.loading import geometry
from geo.loading.projection import projection_of
from geo.records.layers.layer import Text

GML_ID = "{http://www.opengis.net/gml/3.2}id"
HREF = "{http://www.w3.org/1999/xlink}href"
NO_AREA = Text("Die Fläche lässt sich nicht lesen.", "The area cannot be read.")
FILES = (".gml", ".xml")


def is_gml(path: Path) -> bool:
    """Return whether a file is GML by its name, or a ZIP archive without a Shapefile."""
    if path.suffix.lower() != ".zip":
        return path.suffix.lower() in FILES
    try:
        with ZipFile(path) as archive:
            return not any(name.lower().endswith(".shp") for name in archive.namelist())
    except (OSError, BadZipFile):
        return True


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """Yield a copy in a folder of its own, since GDAL writes what it has found out beside the file.

    Of a ZIP archive it is the only GML file within. Raises ExchangeRefused if there is no file, or none within.
    """
    if not path.is_file():
        raise ExchangeRefused(
            Text(f"Eine Datei {path} gibt es nicht.", f"There is no file {path}."),
            Text("Prüfen Sie den Pfad.", "Check the path."),
        )
    with TemporaryDirectory(prefix="flurwerk-gml-") as folder:
        copy = Path(folder) / "copy.gml"
        if path.suffix.lower() != ".zip":
            copyfile(path, copy)
        else:
            try:
                with ZipFile(path) as archive:
                    names = [name for name in archive.namelist() if name.lower().endswith(FILES)]
                    if len(names) != 1:
                        raise ExchangeRefused(
                            Text(
                                f"{path.name} enthält {len(names)} GML-Dateien.",
                                f"{path.name} contains {len(names)} GML files.",
                            ),
                            Text("Packen Sie es aus, und geben Sie eine davon an.", "Unpack it and give one of them."),
                        )
                    copy.write_bytes(archive.read(names[0]))
            except BadZipFile as error:
                raise ExchangeRefused(
                    Text(
                        f"{path.name} ist kein ZIP-Archiv oder beschädigt.",
                        f"{path.name} is no ZIP archive, or is damaged.",
                    ),
                    Text("Beziehen Sie es noch einmal.", "Get it again."),
                ) from error
        yield copy


def shapes_of(
    copy: Path,
    path: Path,
    kind: str,
    identifiers: Sequence[str],
    crs: str | None,
    bad: list[BadRow],
    notes: list[Text],
) -> dict[str, Any]:
    """Return the areas of a feature type by identifier, in the stored CRS. A missing or unusable one is a bad row.

    How exactly coordinates were transformed is added to the notes, once for a document.
    """
    try:
        with warnings.catch_warnings():
            # Two elements of the same name; of the values only the identifier is read here.
            warnings.filterwarnings("ignore", "Field with same name", RuntimeWarning)
            meta, _, wkb, columns = raw.read(copy, layer=kind, columns=["gml_id"], force_2d=True)
    except (DataLayerError, DataSourceError, FeatureError) as error:
        raise ExchangeRefused(
            Text(
                f"Die Flächen von {path.name} sind nicht zu lesen (Meldung: {error}).",
                f"The areas of {path.name} cannot be read ({error}).",
            ),
            Text("Exportieren Sie sie noch einmal.", "Export it again."),
        ) from error
    place = projection_of(crs or _known_crs(copy) or meta["crs"])
    shapes = geometry.from_wkb(pa.array(wkb, pa.binary()), True, place)
    geometry.prepare(shapes, "MultiPolygon", place)
    if place.note and place.note not in notes:
        notes.append(place.note)
    read: list[str] = columns[0].tolist()
    bad += [BadRow(f"{kind} {read[cell.index]}", "position", cell.value, cell.reason) for cell in shapes.bad]
    found = {identifier: shape for identifier, shape in zip(read, shapes.values, strict=True) if shape is not None}
    refused = {read[cell.index] for cell in shapes.bad}
    missing = [each for each in identifiers if each not in found and each not in refused]
    bad += [BadRow(f"{kind} {identifier}", "position", "", NO_AREA) for identifier in missing]
    return found


def _known_crs(copy: Path) -> str | None:
    """Return the CRS that the document names first."""
    for _, element in ElementTree.iterparse(copy, ("start",)):
        if name := element.get("srsName"):
            return name
    return None
