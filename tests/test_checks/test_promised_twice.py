"""Whatever else promises something is checked for promising it twice: parts, deals, brokerages, sites, areas."""

from geo.figures.checks import promised_twice, promises, run
from tests.records import Connection, insert, plot, sale, square, update

Found = dict[str, list[int]]


def found(connection: Connection) -> Found:
    """The records that each check finds, by its key."""
    return {check.key: ids for check in promised_twice.CHECKS if (ids := [one.id for one in run(connection, check)])}


def part(x: float) -> str:
    """A strip of 30 m by 100 m of the plot at 395000."""
    corners = f"{x} 5705000, {x + 30} 5705000, {x + 30} 5705100, {x} 5705100, {x} 5705000"
    return f"MULTIPOLYGON((({corners})))"


def test_the_same_part_of_a_plot_is_not_reserved_twice(connection: Connection) -> None:
    """Neighbouring parts are none, nor what is over."""
    where = plot(connection)
    first = insert(connection, "reservations", plot=where, area_m2=3000, reserved_on="2023-05-01", geom=part(395000))
    insert(connection, "reservations", plot=where, area_m2=3000, reserved_on="2023-05-01", geom=part(395029.99))
    assert found(connection) == {}
    again = insert(connection, "reservations", plot=where, area_m2=3000, reserved_on="2023-05-02", geom=part(394990))
    assert found(connection) == {"reserved_parts_overlap": [first, again]}
    update(connection, "reservations", again, released_on="2023-06-01")
    assert found(connection) == {}


def test_a_part_that_is_promised_is_not_sold_to_others(connection: Connection) -> None:
    """Though enough land is left for the area that is promised."""
    where = plot(connection)
    mine = insert(connection, "inquiries", number="A 1", kind="plot", received_on="2023-05-01")
    held = {"plot": where, "area_m2": 3000, "reserved_on": "2023-05-01", "geom": part(395000)}
    insert(connection, "reservations", **held, inquiry=mine)
    sale(connection, plot=where, area_m2=1000, inquiry=mine, geom=part(395000))
    sale(connection, plot=where, area_m2=3000, geom=part(395050))
    assert found(connection) == {}
    deal = sale(connection, plot=where, area_m2=3000, geom=part(395010))
    assert found(connection) == {"reserved_part_sold": [deal]}


def test_a_deal_without_a_plot_does_not_get_around_a_promise(connection: Connection) -> None:
    where = plot(connection)
    deal = sale(connection, geom=part(395010))
    assert found(connection) == {}
    insert(connection, "reservations", plot=where, reserved_on="2023-05-01")
    assert found(connection) == {"deal_beside_promise": [deal]}
    update(connection, "transactions", deal, cancelled_on="2023-09-01")
    assert found(connection) == {}


def test_a_property_is_not_brokered_twice_at_a_time(connection: Connection) -> None:
    """Its halves may be, a whole after years, and what was cancelled before."""
    hall = insert(connection, "properties", name="Halle", area_m2=1000, geom="POINT(395000 5705000)")

    def brokered(agreed_on: str, area: float | None, **values: object) -> int:
        given = {"property": hall, "kind": "lease", "agreed_on": agreed_on, "area_m2": area}
        return insert(connection, "brokerages", **given, **values)

    brokered("2021-03-01", None)
    half = brokered("2023-03-01", 500)
    brokered("2023-03-02", 500)
    brokered("2023-03-02", None, cancelled_on="2023-04-01")
    assert found(connection) == {}
    update(connection, "brokerages", half, area_m2=501)
    assert found(connection) == {"brokered_twice": [half]}
    update(connection, "brokerages", half, kind="sale")
    assert found(connection) == {}


def test_a_site_is_not_sought_on_a_plot_that_others_have(connection: Connection) -> None:
    """A mast or the ground of it; on a roof there is room, and what is built or rejected is settled."""
    where = plot(connection)
    place = "POINT(395050 5705050)"
    request = insert(connection, "mobile_requests", received_on="2023-08-01", geom=place)
    site = insert(connection, "mobile_candidates", request=request, kind="ground", geom=place)
    insert(connection, "mobile_candidates", request=request, kind="building", geom=place)
    insert(connection, "mobile_candidates", request=request, kind="mast", geom=place, result="rejected")
    reserved = insert(connection, "reservations", plot=where, area_m2=100, reserved_on="2023-05-01")
    assert found(connection) == {}, "a part is free"
    update(connection, "reservations", reserved, area_m2=None)
    assert found(connection) == {"candidate_on_promised_land": [site]}
    update(connection, "mobile_requests", request, on_air_on="2023-09-01")
    assert found(connection) == {}


def test_a_property_is_not_proposed_twice_for_a_request(connection: Connection) -> None:
    """As two people do at the same time; another request may have it, too, and one that was rejected may come back."""
    place = "POINT(395050 5705050)"
    hall = insert(connection, "properties", name="Halle", geom=place)
    requests = [insert(connection, "mobile_requests", received_on="2023-08-01", geom=place) for _ in range(2)]
    given = {"property": hall, "kind": "building", "geom": place}
    first = insert(connection, "mobile_candidates", request=requests[0], **given)
    insert(connection, "mobile_candidates", request=requests[1], **given)
    insert(connection, "mobile_candidates", request=requests[0], kind="building", geom=place)
    assert found(connection) == {}
    insert(connection, "mobile_candidates", request=requests[0], **given)
    assert found(connection) == {"proposed_twice": [first]}
    update(connection, "mobile_candidates", first, result="rejected")
    assert found(connection) == {}


def test_what_is_left_of_a_plot_by_rounding_is_found(connection: Connection) -> None:
    """It would stay on offer with less than a square metre; a part that is really left does."""
    (check,) = (one for one in promises.CHECKS if one.key == "sliver_left")
    for x, sold, reserved in ((395000, 9999.5, 0), (395200, 0, 9999.5), (395400, 5000, 4999.5), (395600, 10000, 0)):
        where = plot(connection, x=x)
        if sold:
            sale(connection, plot=where, area_m2=sold)
        if reserved:
            insert(connection, "reservations", plot=where, area_m2=reserved, reserved_on="2023-05-01")
    sale(connection, plot=plot(connection, x=395800), area_m2=9999)
    assert [one.detail for one in run(connection, check)] == ["0.50 m² left"] * 3


def test_an_area_is_promised_by_one_letter_and_not_paid_for_as_well(connection: Connection) -> None:
    """Two operators may build where each promised to; of a letter that has ended nothing is promised any more."""
    carriers = [insert(connection, "operators", name=name, kind="carrier") for name in ("Nordnetz", "Südnetz")]
    letters = [
        insert(connection, "letters_of_intent", operator=operator, signed_on="2023-01-01")
        for operator in (carriers[0], carriers[0], carriers[1])
    ]
    areas = [
        insert(connection, "expansion_areas", name=f"Gebiet {at}", letter=letter, geom=square(at, 5705000, 1000))
        for at, letter in zip([395000, 396000, 395900], letters, strict=True)
    ]
    assert found(connection) == {}
    update(connection, "expansion_areas", areas[1], letter=letters[0])
    update(connection, "expansion_areas", areas[2], letter=letters[1])
    assert found(connection) == {"promised_by_two_letters": areas}
    update(connection, "letters_of_intent", letters[1], terminated_on="2023-06-01")
    assert found(connection) == {}
    scheme = insert(connection, "programmes", name="Weiße Flecken", funding="funded")
    funded = insert(connection, "expansion_areas", name="F", programme=scheme, geom=square(394500, 5705000, 1000))
    assert found(connection) == {"funded_despite_letter": [funded]}
    update(connection, "programmes", scheme, funding="self_financed")
    assert found(connection) == {}
