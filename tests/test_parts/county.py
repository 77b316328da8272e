"""A county of the tests: two municipalities, one with parts of its own, and records in, between and outside of them."""

from tests.records import Connection, insert, line, plot, sale, square, two_districts

WEST, EAST = "05958004", "05958008"
HAMLET, VILLAGE, FAR = "W1", "W2", "O1"
"""The lower parts: two in the south of West, which leave its north free, and one in Ost."""


def fill(county: Connection) -> None:
    """Two municipalities with their official keys, lower parts, and records of every kind."""
    two_districts(county)
    for key, ags in (("01", WEST), ("02", EAST)):
        county.execute("update flurwerk.districts set key = %s where key = %s", [ags, key])
    for key, name, x in ((HAMLET, "Weiler", 390000), (VILLAGE, "Dorf", 395000), (FAR, "Hof", 400000)):
        insert(county, "districts", key=key, name=name, kind="statistical", geom=square(x, 5700000, 5000))
    programme = insert(county, "programmes", name="P", funding="funded")
    given = {"programme": programme, "laid_on": "2023-08-01"}
    # 6 km in West, of which 1 km in Weiler, 5 km in Dorf; 3 km in Ost.
    insert(county, "trenches", source_id="across", geom=line((394000, 5702000), (403000, 5702000)), **given)
    insert(county, "trenches", source_id="north", geom=line((391000, 5705500), (392000, 5705500)), **given)
    for _ in range(4):
        insert(county, "connections", programme=programme, connected_on="2023-08-01", geom="POINT(396000 5702000)")
    sale(county, plot=plot(county, 402000, 5703000, offered_on="2023-01-01"), area_m2=100, source_id="east")
    sale(county, area_m2=7, source_id="nowhere")
    for name, x in (("West-Park", 396000), ("Ost-Park", 404000)):
        area = insert(
            county, "industrial_areas", name=name, source_id=name.lower(), major_project=True,
            geom=square(x, 5703000, 500),
        )  # fmt: skip
        insert(county, "settlements", industrial_area=area, settled_on="2023-09-01")
    insert(county, "targets", kpi="public_land_m2", period="2023-H2", value=900)
    insert(county, "targets", kpi="public_land_m2", period="2023-H2", value=500, part=EAST)
    insert(county, "remarks", kpi="public_land_m2", period="2023-H2", text="Bemerkung zum Kreis")
    reported(county, "fairs", "Messen", 5)
    reported(county, "visits", "Besuche", 60)
    insert(county, "targets", kpi="visits", period="2023-H2", value=40, part=WEST)


def reported(county: Connection, key: str, label: str, value: int) -> None:
    """A line of another team, with its figure of the half-year."""
    line_of = insert(
        county, "manual_indicators", key=key, label=label, position=3 if key == "fairs" else 5,
        area="Kundenservice", product="Firmenbezogene Dienstleistungen",
    )  # fmt: skip
    insert(county, "manual_actuals", indicator=line_of, period="2023-H2", value=value)
