"""What the real load makes of a file of made-up records: read back from the layer's table by SQL, or refused."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import shapely
from hypothesis import note

from geo.loading import LoadRefused, LoadReport, Problem, load
from tests.test_loading import hostile_gis
from tests.test_loading.hostile_forms import Form
from tests.test_loading.hostile_records import LAYERS, Case, has_time, may_be_stored, mended, plain_number

CONSTANTS = {"connections": {}, "trenches": {"programme": "funded"}, "plots": {"ownership": "public"}}
"""What each layer requires besides the columns that are made up."""

DECIMALS = {"down_mbit": 1, "official_area_m2": 2}
"""The decimals that the database keeps."""

MOST_LOADS = 6
"""A mended file may be refused again, for what was not examined as long as cells were unreadable."""


class Delivery:
    """A file of a case in a form, loaded until no cell is refused: refused ones are mended, refused rows left out."""

    def __init__(self, connection: psycopg.Connection[Any], folder: Path, form: Form, case: Case) -> None:
        self.connection = connection
        self.folder = folder
        self.form = form
        self.case = form.able.express(case)

    def load(self) -> LoadReport | None:
        """Write the file and load it; None if it is refused as a whole, with a hint."""
        hostile_gis.clear(self.folder)
        path, mapping = self.form.write(self.folder, self.case)
        mapping = replace(mapping, constants=CONSTANTS[self.case.layer])
        try:
            return load(self.connection, self.case.layer, path, source="file", mapping=mapping)
        except LoadRefused as error:
            refused = error
        note(str(refused))
        assert refused.hint
        return None

    def check(self) -> None:
        """Load the file, mend what is refused and load it again, until all of it is stored; compare that."""
        for _ in range(MOST_LOADS):
            report = self.load()
            if report is None:
                return
            if report.ok:
                self.compare(report)
                return
            for problem in report.problems:
                self._check_refusal(problem)
            self._mend(report.problems)
            if not self.case.rows:
                return
        raise AssertionError(self.case)

    def compare(self, report: LoadReport) -> None:
        """Compare what is stored with what was delivered."""
        Stored(self, report).check()

    def _check_refusal(self, problem: Problem) -> None:
        """The row, the column and the text as delivered are named."""
        note(str(problem))
        assert problem.reason.de
        assert problem.reason.en
        assert problem.row is not None
        row = self.case.rows[problem.row - self.form.first_row]
        for name in self._columns(problem):
            delivered = row[name]
            if isinstance(delivered, str) and problem.value is not None and "," not in (problem.column or ""):
                kind, said = self.case.kinds[name], self.form.says(delivered)
                # What only the database refuses is named as it would be stored.
                named = {_shown(said), *(_shown(text or "") for text in may_be_stored(kind, said, DECIMALS.get(name)))}
                assert _shown(problem.value) in named, (name, delivered, problem.value)

    def _columns(self, problem: Problem) -> list[str]:
        """Return the columns that a problem names. Shapefiles cut their names off."""
        named = (problem.column or "").split(", ")
        return [name for name in LAYERS[self.case.layer] if {name, name[:10]} & {*named}]

    def _mend(self, problems: list[Problem]) -> None:
        whole, cells = set[int](), set[tuple[int, str]]()
        for problem in problems:
            assert problem.row is not None
            index, names = problem.row - self.form.first_row, self._columns(problem)
            whole |= set() if names else {index}
            cells |= {(index, name) for name in names}
        self.case = self.form.able.express(mended(self.case, whole, cells))


def _shown(text: str) -> str:
    """Return what of a text is comparable: without what may be shown as escapes, and spaces."""
    return re.sub(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|[^!-~]|\\", "", text)


class Stored:
    """The records of a load in the layer's table."""

    def __init__(self, delivery: Delivery, report: LoadReport) -> None:
        self.form, self.case, self.report = delivery.form, delivery.case, report
        names = [name for name in self.case.kinds if name not in self.form.unwritten]
        columns = ", ".join([f"{name}::text" for name in names] + ["st_asbinary(geom)"])
        # They have their numbers in the order of the file.
        query = f"select {columns} from flurwerk.{self.case.layer} where source = 'file' order by id"
        self.rows = [
            dict(zip([*names, "geometry"], row, strict=True)) for row in delivery.connection.execute(query.encode())
        ]

    def check(self) -> None:
        """Compare them with what was delivered: all are there, each value as it is or told."""
        assert len(self.rows) == len(self.case.rows) == self.report.inserted
        for delivered, stored in zip(self.case.rows, self.rows, strict=True):
            for name, kind in self.case.kinds.items():
                if name in stored and kind not in self.form.able.without:
                    self._check_value(name, kind, delivered[name], stored[name])
            check_shape(delivered["geometry"], stored["geometry"], self.form.tolerance_m)
            heights = delivered["geometry"] is not None and shapely.has_z(delivered["geometry"])
            assert not heights or self._tells("heights of the geometries")

    def _check_value(self, name: str, kind: str, delivered: Any, stored: str | None) -> None:
        if isinstance(delivered, str):
            delivered = self.form.says(delivered)
        plain = plain_number(stored) if stored is not None and kind in {"whole", "number"} else stored
        allowed = may_be_stored(kind, delivered, DECIMALS.get(name))
        if delivered is None and self.form.has_zeros and self._tells(f"{name}: .* rows have 0 or false"):
            allowed |= {"0", "false"}
        assert plain in allowed, (name, delivered, stored)
        if kind in {"key", "text"} and delivered is not None and (stored or "") != delivered.strip(" \t\r\n"):
            assert self._tells(f"{name}: .* brought into the form"), (name, delivered, stored)
        if kind == "number" and plain not in may_be_stored(kind, delivered):
            assert self._tells(f"{name}: .* rounded"), (name, delivered, stored)
        if kind == "day" and has_time(delivered):
            assert self._tells(f"{name}: .* left out"), (name, delivered, stored)

    def _tells(self, pattern: str) -> bool:
        return any(re.match(f"(?:The )?{pattern}", told.en) for told in self.report.notes)


def check_shape(delivered: Any, stored: bytes | None, tolerance_m: float) -> None:
    """Compare a geometry with the one that was delivered: its parts in any order, its rings from any corner."""
    if delivered is None or stored is None:
        assert delivered is None
        assert stored is None
        return
    parts = [shapely.get_parts(shapely.force_2d(delivered)), shapely.get_parts(shapely.from_wkb(stored))]
    before, after = (shapely.normalize(shapely.GeometryCollection([*map(shapely.normalize, each)])) for each in parts)
    if tolerance_m:
        # What differs by a millimetre may be in another order.
        assert shapely.hausdorff_distance(before, after) <= tolerance_m, (delivered, after)
        assert shapely.get_num_coordinates(before) == shapely.get_num_coordinates(after)
        assert abs(before.area - after.area) <= tolerance_m * before.length
    else:
        assert before.equals_exact(after, 0), (delivered, after)
