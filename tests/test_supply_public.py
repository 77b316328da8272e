"""The public sees of the supply of land only what it could compute from public rows and columns."""

import pytest

from geo.land.supply import supply
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from tests.records import Connection, one
from tests.test_supply import before, fill, row, windows


@pytest.fixture
def city(connection: Connection) -> Connection:
    """The city of tests.test_supply."""
    fill(connection)
    return connection


def test_the_public_sees_what_it_could_compute_itself(city: Connection) -> None:
    public = supply(city, "ownership", audience=Audience.PUBLIC)
    # The deal without a plot is public; the one without its own day of agreement has no public date.
    assert windows(public.total)[5].taken_m2 == 6000 + 3000 + 2000 + 400
    assert windows(public.total)[5].bought_m2 == 4800
    for kind in ("taken_m2", "bought_m2"):
        query = """
            select sum(area_m2) from flurwerk_for_public.transactions where (kind = 'purchase') = %s and agreed_on > %s
        """
        assert getattr(windows(public.total)[5], kind) == one(city, query, kind == "bought_m2", before(city, 5))
    assert public.total.left_m2 == one(city, "select sum(remaining_m2) from flurwerk_for_public.plots")
    assert public.total.plots == one(city, "select count(*) from flurwerk_for_public.plots")
    assert windows(row(public, ownership="private"))[3].taken_m2 == 3000


def test_prices_paid_and_measures_are_withheld_from_the_public(city: Connection) -> None:
    public, internal = supply(city, audience=Audience.PUBLIC), supply(city)
    assert [window.bought_markup_percent for window in windows(public.total).values()] == [None, None, None]
    assert public.measures is None
    assert public.withheld == ("measures", "windows.bought_markup_percent")
    assert internal.withheld == ()
    assert public.total.asking_price_eur_m2 == internal.total.asking_price_eur_m2


def test_the_columns_behind_the_publics_figures_are_public() -> None:
    derived = {"remaining_m2", "status"}
    facts = {"area_m2", "divisible", "brownfield", "asking_price_eur_m2", "ground_value_eur_m2", "offered_on"}
    places = {"horizon", "zoning", "ownership", "district_key"}
    for layer, names in (
        ("plots", derived | facts | places),
        ("plot_restrictions", {"plot", "severity"}),
        ("transactions", {"kind", "sector", "area_m2", "agreed_on"}),
    ):
        assert {LAYERS[layer].column(name).audience for name in names} == {Audience.PUBLIC}


@pytest.mark.parametrize("by", ["horizon", "district", "zoning,ownership"])
def test_the_public_cannot_see_to_which_plots_a_deal_belongs(city: Connection, by: str) -> None:
    public = supply(city, by, audience=Audience.PUBLIC)
    assert all(line.windows is None and line.plots for line in public.rows)
    assert public.total.windows is not None
    assert "rows.windows" in public.withheld
