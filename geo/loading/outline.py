"""The outline of the area in which records may lie: a file that the profile names, kept in the database."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import ConfigurationError
from geo.profile import profile
from geo.profile.reading import FILE
from geo.store.database import Connection
from geo.text import Text, joined

if TYPE_CHECKING:
    import shapely


class OutlineRefused(ConfigurationError):
    """The file that the profile names as the outline cannot be used."""

    def __init__(self, reason: Text, hint: Text | str = "") -> None:
        """Take what is wrong with the file, and what to do."""
        place = profile().place
        given = Text(f"; angegeben: {place.outline!r}.", f"; given: {place.outline!r}.")
        super().__init__(joined(f"{profile().folder / FILE}: place.outline: ", reason, given), hint)


def keep_outline(connection: Connection) -> None:
    """Write the profile's outline into the database where it is another one; none if the profile names none.

    Raises OutlineRefused if the file is missing, cannot be read, says of no reference system, has no areas, or if they
    are not in Germany.
    """
    named = profile().place.outline
    outline = read_outline(profile().folder / named) if named else None
    connection.execute(
        """
        update flurwerk.place
        set outline = st_geomfromwkb(%(outline)s, place_srid())
        where st_asbinary(outline) is distinct from %(outline)s
        """,
        {"outline": outline},
    )


def read_outline(path: Path) -> bytes:
    """Return the areas of a file as one MultiPolygon in the stored CRS (WKB). Raises OutlineRefused."""
    # Libraries that take longer to import than most commands.
    import numpy as np
    import pyogrio
    import pyogrio.raw
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError

    from geo.loading.projection import projection_of
    from geo.loading.report import LoadRefused

    if not path.is_file():
        raise OutlineRefused(
            Text(f"es gibt keine Datei {path}", f"there is no file {path}"),
            Text("Der Pfad beginnt im Ordner des Profils.", "The path begins at the profile's folder."),
        )
    try:
        layers = pyogrio.list_layers(path)
        if len(layers) != 1:
            raise OutlineRefused(
                Text(f"die Datei hat {len(layers)} Layer", f"the file has {len(layers)} layers"),
                Text("Speichern Sie den Umriss allein in einer Datei.", "Save the outline alone in a file."),
            )
        meta, _, given, _ = pyogrio.raw.read(path, columns=[], force_2d=True)
    except (DataSourceError, DataLayerError) as error:
        raise OutlineRefused(
            Text(f"die Datei ist nicht zu lesen (Meldung: {error})", f"the file cannot be read ({error})"),
            Text(
                "Speichern Sie sie als GeoPackage (.gpkg) oder GeoJSON.", "Save it as a GeoPackage (.gpkg) or GeoJSON."
            ),
        ) from error
    shapes = np.asarray(_areas(shapely.from_wkb([] if given is None else given, on_invalid="fix")), object)
    try:
        moved, strays = projection_of(meta["crs"]).transform(shapes)
    except LoadRefused as refused:
        raise OutlineRefused(_unended(refused.texts[0]), _hint(meta["crs"])) from refused
    if strays:
        raise OutlineRefused(
            _unended(strays[0][2]),
            Text(
                "Speichern Sie sie mit ihrem wirklichen Koordinatensystem.", "Save it with its real reference system."
            ),
        )
    return shapely.to_wkb(_one_area(moved), byte_order=1)


def _unended(sentence: Text) -> Text:
    return Text(sentence.de.removesuffix("."), sentence.en.removesuffix("."))


def _hint(crs: str | None) -> Text | str:
    if crs:
        return ""
    return Text(
        "Speichern Sie sie mit ihrem Koordinatensystem: als GeoPackage, oder als Shapefile mit ihrer .prj.",
        "Save it with its reference system: as a GeoPackage, or a Shapefile with its .prj.",
    )


def _areas(shapes: Any) -> list[Any]:
    """Return those that are not empty. Raises OutlineRefused if there are none, or if one is no area."""
    found = [shape for shape in shapes if shape is not None and not shape.is_empty]
    kinds = sorted({shape.geom_type for shape in found})
    if not kinds:
        raise OutlineRefused(
            Text("die Datei hat keine Flächen", "the file has no areas"),
            Text("Geben Sie die Grenze als Polygon an.", "Give the boundary as a polygon."),
        )
    if not {*kinds} <= {"Polygon", "MultiPolygon"}:
        raise OutlineRefused(
            Text(
                f"die Datei hat {', '.join(kinds)}; erlaubt sind nur Flächen (Polygon, MultiPolygon)",
                f"the file has {', '.join(kinds)}; only areas (Polygon, MultiPolygon) are allowed",
            ),
            Text("Wandeln Sie die Linie der Grenze in ein Polygon um.", "Convert the line of the border to a polygon."),
        )
    return found


def _one_area(shapes: Any) -> "shapely.MultiPolygon":
    """Return all areas as one, repaired where they cross themselves."""
    import shapely

    united = shapely.union_all(shapely.make_valid(shapes))
    areas = [part for part in shapely.get_parts(united) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.MultiPolygon([polygon for area in areas for polygon in shapely.get_parts(area)])
