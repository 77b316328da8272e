"""Each mistake in the declaration of an indicator is refused with its key and what is allowed, all of them at once."""

from importlib import import_module

import pytest

from geo.profile import ProfileError
from tests.test_profile.declaring import declared, indicator, read

SETTLED = {"layer": "settlements", "date": "settled_reached_on"}
DEALS = {"layer": "transactions", "date": "agreed_reached_on"}
TRENCHES = {"layer": "trenches", "from_": "laid_reached_on"}
SUM = {**DEALS, "property": "area_m2"}
TWICE = indicator(**SETTLED)


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        (indicator(layer="settlement", date="settled_on"), "indicators.own.layer", "Did you mean “settlements”?"),
        (indicator(layer="parties", date="x"), "indicators.own.layer", "personal"),
        (indicator(layer="targets", date="x"), "indicators.own.layer", "people enter"),
        (indicator(layer="settlements", date="settled"), "indicators.own.date", "Did you mean “settled_on”?"),
        (
            indicator(layer="settlements", date="jobs"),
            "indicators.own.date",
            "jobs is no date of settlements. Its",
        ),
        (indicator(layer="settlements", date="recorded_from"), "indicators.own.date", "no property “recorded_from”"),
        (indicator(layer="settlements", from_="settled_on", until="jobs"), "indicators.own.until", "no date"),
        (indicator(layer="settlements"), "indicators.own", "either date (a flow) or from (a stock)"),
        (indicator(**SETTLED, from_="settled_on"), "indicators.own", "either date (a flow) or from (a stock)"),
        (indicator(**SETTLED, until="left_on"), "indicators.own", "until belongs to from"),
        (indicator(**SETTLED, filter="job > 5"), "indicators.own.filter", "Did you mean “jobs”?"),
        (indicator(**SETTLED, filter="jobs >"), "indicators.own.filter", "cannot be read"),
        (indicator(**SETTLED, filter="jobs = 'many'"), "indicators.own.filter", "cannot be compared"),
        (indicator(**SETTLED, filter="pg_sleep(9) = 1"), "indicators.own.filter", "not a known operator or function"),
        (indicator(**DEALS, filter="kind = 'gift'"), "indicators.own.filter", "Known values: sale"),
        (indicator(**DEALS, filter="plot.colour = 'red'"), "indicators.own.filter", "plots has no property “colour”"),
        (indicator(**DEALS, filter="buyer.name = 'x'"), "indicators.own.filter", "It refers to: plot, inquiry"),
        (indicator(**DEALS, filter="party.name = 'x'"), "indicators.own.filter", "“party” is no reference"),
        (indicator(**DEALS, filter="district = 'x'"), "indicators.own.filter", "follows from other records"),
        (indicator(**DEALS, property="kind"), "indicators.own.property", "kind of transactions is no number"),
        (indicator(**DEALS, property="plot"), "indicators.own.property", "plot of transactions is no number"),
        (indicator(**SUM, unit="km"), "indicators.own.unit", "in m², which cannot be told in km"),
        (indicator(**SUM, unit="Hektar"), "indicators.own.unit", "there is no unit “Hektar”; known are Anzahl, m, km"),
        (indicator(**SUM, unit='{ symbol = "fb" }'), "indicators.own.unit", 'Write of = "m²" and the factor.'),
        (indicator(**SUM, unit='{ symbol = "fb", of = "km" }'), "indicators.own.unit", "in m², not in km"),
        (indicator(**SETTLED, unit="m²"), "indicators.own.unit", "in Anzahl, which cannot be told in m²"),
        (indicator(**SUM, rounding=0.01, decimals=1), "indicators.own", "rounding to 0.01 needs 2 decimals"),
        (indicator(**SUM, rounding=0), "indicators.own.rounding", "greater than 0"),
        (indicator(**SETTLED, measure="length"), "indicators.own.measure", "settlements has no lines"),
        (indicator(**SETTLED, measure="area"), "indicators.own.measure", "settlements has no areas"),
        (indicator(**SETTLED, measure="property"), "indicators.own", "needs property"),
        (indicator(**SETTLED, aggregation="average"), "indicators.own", "“count” has no average"),
        (indicator(**SUM, aggregation="median"), "indicators.own.aggregation", "'weighted_average'"),
        (indicator(**SUM, aggregation="weighted_average"), "indicators.own", "belong together"),
        (
            indicator(**DEALS, measure="share", filter="kind = 'sale'", property="price_eur"),
            "own.property",
            "no area in m²",
        ),
        (indicator(**SETTLED, area="sport"), "indicators.own.area", "known are customers, information"),
        (indicator(**SETTLED, product="sport"), "indicators.own.product", "known are services, trends"),
        (indicator(**SETTLED, goals=["9"]), "indicators.own.goals", "there is no goal “9”; [goals] names none"),
        (indicator(**SETTLED, key="inquiries"), "indicators.own".replace("own", "inquiries"), "built-in indicator"),
        (indicator(**SETTLED, key="settlements"), "indicators.settlements.key", "built-in indicator"),
        (indicator(**SETTLED, key="Own"), "indicators.Own.key", "small letters, digits and _"),
        (indicator(**SETTLED, position=2), "indicators.own.position", "2 is that of public_land_m2"),
        (indicator(**SETTLED, colour="red"), "indicators.own.colour", "no such key"),
        (indicator(**SETTLED, suppress_below=1), "indicators.own.suppress_below", "greater than or equal to 3"),
        (indicator(**SETTLED, position="60"), "indicators.own.position", "a whole number, without quotation marks"),
        (indicator(**SETTLED, position=True), "indicators.own.position", "a whole number, without quotation marks"),
        (indicator(**SETTLED, public=1), "indicators.own.public", "true or false, without quotation marks"),
        (indicator(**SETTLED, valid_from=0), "indicators.own.valid_from", "write a day as 2024-12-31; given: 0"),
        (indicator(**SETTLED, valid_from="1.1.2024"), "indicators.own.valid_from", "write a day as 2024-12-31"),
        (indicator(**SETTLED, goals="1"), "indicators.own.goals", "write a list: [\"…\"]; given: '1'"),
        (indicator(**SETTLED, label="a\0b"), "indicators.own.label", "cannot have the character U+0000"),
        (indicator(**SETTLED, label="x" * 20_000), "indicators.own.label.de", "at most 10000 characters"),
        (indicator(**SUM, unit='{ symbol = "" }'), "indicators.own.unit.symbol.de", "at least 1 character"),
        (indicator(**SUM, unit=5), "indicators.own.unit", "there is no unit “5”"),
        (TWICE + TWICE, "indicators.own", "declared twice"),
        (
            indicator(**SETTLED, valid_until="2023-06-30") + indicator(**SETTLED, valid_from="2023-06-30"),
            "indicators.own",
            "declared twice from 2023-06-30 on",
        ),
        (
            indicator(**SETTLED, valid_until="2022-12-31") + indicator(**SUM, valid_from="2023-01-01"),
            "indicators.own",
            "differ in unit",
        ),
        (indicator("ratios", numerator="inquirys", denominator="inquiries"), "ratios.own.numerator", "“inquiries”?"),
        (indicator("ratios", numerator="public_land_m2", denominator="inquiries"), "ratios.own.unit", "no ratio in %"),
        (
            indicator("ratios", numerator="inquiries", denominator="trench_laid_km", unit='{ symbol = "x" }'),
            "ratios.own.denominator",
            "the state at its end",
        ),
        (
            indicator(**SUM, key="a", position=91, aggregation="average", valid_until="2022-12-31")
            + indicator(**SUM, key="a", position=91, valid_from="2023-01-01")
            + indicator("ratios", numerator="a", denominator="a"),
            "ratios.own.numerator",
            "a is not always a sum",
        ),
        ('[[overrides]]\nkey = "inquiry"', "overrides.inquiry.key", "Did you mean “inquiries”?"),
        ('[[overrides]]\nkey = "settlements"\nlabel = "Firmen"', "overrides.settlements.label", "Write that where the"),
        ('[[overrides]]\nkey = "inquiries"\nposition = 2', "position", "2 is that of"),
        ('[[overrides]]\nkey = "inquiries"\nlayer = "plots"', "overrides.inquiries.layer", "no such key"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_is_allowed(text: str, key: str, allowed: str) -> None:
    with pytest.raises(ProfileError) as refused:
        declared(text)
    told = "\n".join(refused.value.problems)
    assert "profile.toml" in str(refused.value)
    assert key in told
    assert allowed in told


def test_a_layer_that_is_switched_off_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    off = read('[modules]\nlayers_off = ["settlements"]')
    monkeypatch.setattr(import_module("geo.records.layers.kept"), "profile", lambda: off)
    with pytest.raises(ProfileError) as refused:
        declared(TWICE)
    assert "settlements: switched off in the agency's profile" in refused.value.problems[0]


def test_all_mistakes_are_told_at_once() -> None:
    entries = [
        indicator(key="one", position=91, layer="x", date="y"),
        indicator(key="two", position=92, layer="settlements", date="y"),
        indicator("ratios", key="three", position=93, numerator="z", denominator="inquiries"),
    ]
    with pytest.raises(ProfileError) as refused:
        declared("".join(entries))
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "indicators.one.layer",
        "indicators.two.date",
        "ratios.three.numerator",
    ]
