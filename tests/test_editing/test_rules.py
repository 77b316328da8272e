"""What the database refuses is reported in a sentence with the faulty members, and nothing is written."""

import psycopg
import pytest

from geo.store.database import conninfo
from tests.records import Connection, insert, one, plot
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import SHAPES, errors_of, feature, fetch, fill, items, send

BOW_TIE = {
    "type": "Polygon",
    "coordinates": [
        [[395000, 5705000], [395100, 5705100], [395100, 5705000], [395000, 5705100], [395000, 5705000]],
    ],
}
SALE = {"plot": 1, "kind": "sale", "sector": "public", "role": "seller", "area_m2": 1000}


@pytest.mark.parametrize(
    ("layer", "shape", "properties", "faults"),
    [
        ("operators", None, {"kind": "carrier"}, {"name": "“Name” is missing in “Operators”: please enter a value."}),
        (
            "operators",
            None,
            {"name": "A", "kind": "radio"},
            {
                "kind": "“Kind of operator” does not allow this value: allowed values are carrier = Fixed-network "
                "carrier, mobile = Mobile network operator, tower = Tower company."
            },
        ),
        ("transactions", None, {**SALE, "area_m2": 0}, {"area_m2": "“Area” (m²) must be greater than 0."}),
        (
            "transactions",
            None,
            {**SALE, "plot": 999},
            {"plot": "“Plot” refers to a record that does not exist: please specify one that exists in “Plots”."},
        ),
        (
            "transactions",
            None,
            {**SALE, "role": "buyer"},
            dict.fromkeys(
                ("kind", "role"),
                "The role “Buyer” is only for a “Purchase”, which allows no other role: please make role and kind "
                "agree.",
            ),
        ),
        (
            "transactions",
            None,
            {**SALE, "area_m2": 7000},
            {
                "area_m2": "The area sold or leased exceeds that of the plot: please check the areas, or cancel or end "
                "an earlier deal. Affected: Am Waldrand: 11,000 m² of 10,000 m²."
            },
        ),
        (
            "transactions",
            None,
            {**SALE, "agreed_on": "2023-08-02", "notarised_on": "2023-08-01"},
            dict.fromkeys(
                ("agreed_on", "notarised_on"),
                "The dates are out of order: first “Agreed on”, then “Notarised on”, then “Handed over on”; the same "
                "day is allowed.",
            ),
        ),
        (
            "programmes",
            None,
            {"name": "A", "funding": "funded", "started_on": "2999-01-01", "ended_on": "2999-01-02"},
            {"started_on": "“Started on” is in the future or before 1900: it must not be later than today."},
        ),
        (
            "remarks",
            None,
            {"kpi": "A B", "period": "2023", "text": "A"},
            {"kpi": "“Indicator” does not have the form of a key: please write something like “public_land_m2”."},
        ),
        (
            "office_takeups",
            None,
            {"kind": "lease", "area_m2": 10, "agreed_on": "2023-01-01", "district": "Hörd"},
            {"district": "There is no district with that name: please write the name as in “Districts”. Given: Hörd."},
        ),
        (
            "obstructions",
            None,
            {"kind": "owner", "from_on": "2023-01-01", "cluster": 1, "trench": 1},
            dict.fromkeys(
                ("trench", "cluster"),
                "An obstruction concerns exactly one thing: please specify either “Trench”, “Cluster” or “Connection”.",
            ),
        ),
        (
            "access_points",
            {"type": "Point", "coordinates": [5705000, 395000]},
            {"name": "A", "kind": "port"},
            {
                "": "The coordinates are swapped: please give the easting (x) first and the northing (y) second. "
                "Given: x 5705000, y 395000."
            },
        ),
        (
            "industrial_areas",
            BOW_TIE,
            {"name": "A"},
            {
                "": "The area in “Industrial areas” is invalid, perhaps because its boundary intersects itself: please "
                "draw a boundary that does not cross itself."
            },
        ),
        (
            "plots",
            {"type": "MultiPolygon", "coordinates": []},
            {"name": "A", "ownership": "public", "parcels": ["1"]},
            {
                "parcels": "Each key under “Parcels” must have exactly 20 characters: please include the padding.",
            },
        ),
    ],
)
def test_a_broken_rule_names_the_members_and_says_what_is_allowed(
    city_editor: Api, layer: str, shape: object, properties: dict[str, object], faults: dict[str, str]
) -> None:
    found = errors_of(send(city_editor, "POST", items(layer), feature(shape, **properties)))
    expected = {f"/properties/{name}" if name else "/geometry": message for name, message in faults.items()}
    if layer == "plots":
        # Two rules are broken, and the database reports one of them.
        assert set(found) <= {*expected, "/geometry"}
    else:
        assert found == expected


def test_everything_missing_or_of_a_wrong_type_is_reported_at_once(city_editor: Api) -> None:
    errors = errors_of(
        send(city_editor, "POST", items("plots"), feature(None, divisible="ja", offered_on="gestern", status=1))
    )
    assert set(errors) == {
        "/geometry",
        "/properties/name",
        "/properties/ownership",
        "/properties/divisible",
        "/properties/offered_on",
        "/properties/status",
    }
    assert errors["/geometry"] == "“Geometry” is missing in “Plots”: please draw or provide an area."
    assert errors["/properties/divisible"] == "“Divisible” must be true or false."
    assert errors["/properties/offered_on"] == ("“Offered since” must be a calendar date such as “2023-12-31”.")


def test_an_unknown_member_is_refused_and_the_known_ones_are_named(city_editor: Api) -> None:
    errors = errors_of(
        send(city_editor, "POST", items("operators"), feature(None, name="A", kind="carrier", **{"na/m~e": 1}))
    )
    assert list(errors) == ["/properties/na~1m~0e"]
    assert (
        "Known names: source, source_id, note, name, kind, ended_on, successor, recorded_from."
        in errors["/properties/na~1m~0e"]
    )
    errors = errors_of(
        send(city_editor, "POST", items("operators"), {**feature(None, name="A", kind="tower"), "crs": {}})
    )
    assert list(errors) == ["/crs"]


def test_errors_are_in_german_or_in_english(city_editor: Api) -> None:
    bad = feature(None, kind="carrier")
    german, english = "„Bezeichnung“ fehlt in „Betreiber“", "“Name” is missing in “Operators”"
    for language, expected in (
        ("de-DE,de;q=0.9,en;q=0.8", german),
        ("fr, en;q=0.5, de;q=0.1", english),
        ("de;q=0, en", english),
        ("fr", german),
        ("", german),
        (";q=x,,en", english),
    ):
        response = send(city_editor, "POST", items("operators"), bad, Accept_Language=language)
        assert problem(response, 422)["detail"].startswith(expected), language
    response = send(city_editor, "POST", f"{items('operators')}?lang=en", bad, Accept_Language="de")
    assert problem(response, 422)["detail"].startswith(english)


def test_a_duplicate_names_both_parts_of_its_key(editor: Api, records: Connection) -> None:
    insert(records, "operators", name="A", kind="carrier", source="file", source_id="1")
    again = feature(None, name="B", kind="mobile", source="file", source_id="1")
    errors = errors_of(send(editor, "POST", items("operators"), again))
    assert set(errors) == {"/properties/source", "/properties/source_id"}
    assert "must be unique within each source" in errors["/properties/source"]


def test_a_plot_cannot_shrink_below_what_is_sold_of_it(editor: Api, records: Connection) -> None:
    fill(records)
    before, tag = fetch(editor, "plots", 1)
    errors = errors_of(send(editor, "PATCH", items("plots", 1), {"properties": {"official_area_m2": 3000}}, tag))
    assert "/properties/official_area_m2" in errors
    assert "4,000 m² of 3,000 m²" in errors["/properties/official_area_m2"]
    assert fetch(editor, "plots", 1) == (before, tag)


def test_a_record_that_others_need_is_not_deleted(editor: Api, records: Connection) -> None:
    fill(records)
    _, tag = fetch(editor, "plots", 1)
    found = problem(send(editor, "DELETE", items("plots", 1), tag=tag), 409)
    assert found["type"] == "urn:flurwerk:problem:still-needed"
    assert "please change the reference there first" in found["detail"]
    assert fetch(editor, "plots", 1)[1] == tag


def test_deleting_a_party_leaves_its_deals_without_it(editor: Api, records: Connection) -> None:
    party = insert(records, "parties", kind="person", name="Erika Mustermann")
    deal = insert(records, "transactions", party=party, kind="sale", sector="public", role="seller", area_m2=1)
    _, tag = fetch(editor, "parties", party)
    assert send(editor, "DELETE", items("parties", party), tag=tag).status_code == 204
    assert fetch(editor, "transactions", deal)[0]["properties"]["party"] is None


def test_a_rule_that_is_checked_at_commit_is_reported_like_any_other(
    editor: Api, records: Connection, database_url: str
) -> None:
    with psycopg.connect(conninfo(database_url)) as owner:
        owner.execute(
            """
            create function refuse_late() returns trigger language plpgsql as $$
            begin
                raise exception using
                    errcode = 'check_violation', constraint = 'duplicate_of_original', table = tg_table_name;
            end $$;
            create constraint trigger late after insert on operators deferrable initially deferred
            for each row execute function refuse_late();
            """
        )
    found = problem(send(editor, "POST", items("operators"), feature(None, name="A", kind="carrier")), 422)
    assert "is itself a duplicate" in found["detail"]
    assert one(records, "select count(*) from operators") == 0


def test_a_refused_change_is_not_partly_written(editor: Api, records: Connection) -> None:
    land = plot(records, official_area_m2=1000)
    before, tag = fetch(editor, "plots", land)
    change = {"geometry": SHAPES["MultiPolygon"], "properties": {"name": "B", "floor_area_ratio": -1}}
    assert send(editor, "PATCH", items("plots", land), change, tag).status_code == 422
    assert fetch(editor, "plots", land) == (before, tag)
    assert one(records, "select count(*) from flurwerk_history.plots") == 0
