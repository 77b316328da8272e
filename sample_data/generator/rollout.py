"""Records related to the trenches: expansion areas, letters of intent, obstructions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely

from generator.clusters import Cluster
from generator.common import (
    CUTOFF,
    Row,
    between,
    chance,
    days,
    one_of,
    random_day,
    rng_for,
    rounded,
    until,
    working_day,
)
from generator.connection_dates import COUNT_DWELLINGS
from generator.streets import bend
from generator.trench_states import SELF_FINANCED

# Carrier, day of signature, promised connections. Four in the second half of 2023, as in the report.
_LETTERS = (
    ("ruhrnetz", (2021, 4, 21), 9_000),
    ("westfalen-glasfaser", (2021, 9, 8), 6_500),
    ("hansenetz", (2022, 2, 16), 4_000),
    ("lichtbogen", (2022, 6, 1), 12_000),
    ("revierfaser", (2022, 10, 26), 15_000),
    ("ruhrnetz", (2023, 3, 8), 8_000),
    ("hansenetz", (2023, 5, 31), 5_500),
    ("lichtbogen", (2023, 8, 16), 11_000),
    ("revierfaser", (2023, 9, 27), 20_000),
    ("westfalen-glasfaser", (2023, 11, 15), 7_000),
    ("ruhrnetz", (2023, 12, 31), 14_000),
    ("hansenetz", (2024, 2, 7), 6_000),
    ("revierfaser", (2024, 5, 15), 9_500),
)
_RESPONSIBLE = {
    "ordnance": "Kampfmittelbeseitigung, Ordnungsamt",
    "permit": "Tiefbauamt, Zustimmung nach § 127 TKG",
    "utility": "Leitungsträger",
    "weather": "Witterung",
    "archaeology": "Denkmalbehörde",
    "owner": "Grundstückseigentümer",
    "contractor": "Tiefbauunternehmen",
}


def letter_rows() -> list[Row]:
    """Return the letters of intent of carriers."""
    rows = []
    for number, (operator, day, promised) in enumerate(_LETTERS, start=1):
        signed = dt.date(*day)
        rows.append(
            {
                "source_id": f"loi-{number:02d}",
                "operator": operator,
                "promised_connections": promised,
                "signed_on": signed,
                "started_on": until(signed + days(120 + 17 * number)),
                "note": "zum Jahresende im Umlaufverfahren gezeichnet" if signed.month == 12 else None,
            }
        )
    rows[3]["terminated_on"], rows[3]["note"] = dt.date(2023, 10, 4), "nach Strategiewechsel gekündigt"
    return rows


def expansion_rows(clusters: list[Cluster], connections: list[Row]) -> list[Row]:
    """Return one area per cluster, a little larger than the cluster's land."""
    letters = {"EA-01": "loi-01", "EA-02": "loi-01", "EA-03": "loi-06", "EB-01": "loi-05"}
    known: dict[str, int] = {}
    for row in connections:
        known[row["cluster"]] = known.get(row["cluster"], 0) + 1
    rows = []
    for cluster in clusters:
        shape = cluster.plan.buffer(40 if cluster.business else 70).simplify(12)
        filled = [shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)]
        rows.append(
            {
                "source_id": f"ag-{cluster.key.lower()}",
                "name": f"Ausbaugebiet {cluster.place} ({cluster.key})",
                "programme": cluster.programme,
                "operator": cluster.operator,
                "letter": letters.get(cluster.key),
                "cluster": cluster.key,
                "planned_connections": int(round(known.get(cluster.key, 0) * 1.12 + 60, -1)),
                # The plan is of addresses everywhere.
                "planned_counts": "address" if cluster.programme in COUNT_DWELLINGS else None,
                "due_on": cluster.due_on,
                "geometry": rounded(bend(shapely.union_all(filled))),
            }
        )
    return rows


def obstruction_rows(trenches: list[Row], connections: list[Row], clusters: list[Cluster]) -> list[Row]:
    """Return about 60 obstructions; more than half wait for another department's clearance of ordnance."""
    rng = rng_for("obstructions")
    rows = [_whole_cluster(cluster, rng) for cluster in clusters if _waits(cluster)]
    funded = [row for row in trenches if row["programme"] not in SELF_FINANCED and not row.get("duplicate_of")]
    waiting = [row for row in funded if row.get("sounding_requested_on") and not row.get("laid_on")]
    for index in rng.choice(len(waiting), size=26, replace=False):
        row = waiting[int(index)]
        begun = row["sounding_requested_on"] + days(between(rng, 28, 45))
        if begun <= CUTOFF and not (row.get("cleared_on") and row["cleared_on"] < begun):
            rows.append(_row("ordnance", begun, row.get("cleared_on"), trench=row["source_id"]))
    for kind, count in (("permit", 6), ("utility", 6), ("weather", 3), ("archaeology", 2), ("contractor", 3)):
        for index in rng.choice(len(funded), size=count, replace=False):
            begun = random_day(rng, dt.date(2022, 3, 1), dt.date(2024, 5, 31))
            ended = until(working_day(begun + days(between(rng, 6, 90))))
            rows.append(_row(kind, begun, ended, trench=funded[int(index)]["source_id"]))
    passed = [row for row in connections if row.get("passed_on") and not row.get("connected_on")]
    for index in rng.choice(len(passed), size=6, replace=False):
        begun = working_day(min(passed[int(index)]["passed_on"] + days(between(rng, 5, 60)), CUTOFF - days(3)))
        rows.append(_row("owner", begun, None, connection=passed[int(index)]["source_id"]))
    rows.sort(key=lambda row: (row["from_on"], row.get("trench") or row.get("cluster") or row["connection"]))
    return [{"source_id": f"hm-{number:03d}", **row} for number, row in enumerate(rows, start=1)]


def _waits(cluster: Cluster) -> bool:
    """Return whether the cluster's building has not begun although it is funded."""
    return cluster.programme not in SELF_FINANCED and cluster.stage == 9


def _whole_cluster(cluster: Cluster, rng: np.random.Generator) -> Row:
    begun = random_day(rng, dt.date(2022, 9, 1), dt.date(2023, 6, 30))
    ended = random_day(rng, dt.date(2024, 3, 1), CUTOFF) if chance(rng, 0.2) else None
    row = _row("ordnance", begun, ended, cluster=cluster.key)
    row["note"] = one_of(
        rng,
        (
            "Sondierung beantragt, Räumtermin steht aus",
            "Verdachtspunkte aus der Luftbildauswertung, Freigabe fehlt",
            "Bohrlochsondierung wegen Personalmangels verschoben",
        ),
    )
    return row


def _row(kind: str, begun: dt.date, ended: dt.date | None, **subject: str) -> Row:
    return {"kind": kind, "responsible": _RESPONSIBLE[kind], "from_on": begun, "until_on": ended, **subject}
