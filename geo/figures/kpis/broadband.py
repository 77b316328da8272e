"""Indicators of the funded broadband rollout. Only what lies inside the city counts."""

from typing import LiteralString

from geo.figures.kpis.indicator import AREAS, PARTS_OF_LINE, PRODUCTS, Indicator, Kind, Unit
from geo.profile.wording import WHOLE
from geo.records.layers.layer import Text
from geo.store.database import SRID

COUNTED_TRENCHES: LiteralString = "t.origin <> 'existing_duct' and t.duplicate_of is null"
"""The condition for trenches (alias t) to count: neither ducts that existed before nor duplicates."""

COUNTED_CONNECTIONS: LiteralString = "case p.counts when 'dwelling' then c.dwellings else 1 end"
"""The number with which a connection (alias c) counts, depending on its programme (alias p, may be null)."""

# One row per trench and district, since a trench is stored with its lengths in each district of the city.
FUNDED_TRENCHES: LiteralString = f"""
            part.length_m / 1000 as amount,
            part.district,
            t.geom
        from trenches as t
        join programmes as p on p.id = t.programme
        cross join lateral {PARTS_OF_LINE}
        where p.funding = 'funded'
          and {COUNTED_TRENCHES}
    """
FUNDED_CONNECTIONS = Indicator(
    key="funded_connections",
    position=36,
    area=AREAS["information"],
    product=PRODUCTS["trends"],
    label=Text(
        f"Anzahl umgesetzter geförderter Breitbandanschlüsse im {WHOLE.named_area.de}",
        f"Number of funded broadband connections made in {WHOLE.named_area.en}",
    ),
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    rule=Text(
        f"Anschlüsse geförderter Programme im {WHOLE.area.de} nach dem Tag des Anschließens (fehlt er, nach dem der "
        "Aktivierung). Eine Adresse zählt 1; wo das Programm Wohneinheiten zählt, zählen ihre Wohneinheiten. Nur "
        "vorbereitete Adressen (passed) und eigenwirtschaftlicher Ausbau zählen nicht.",
        f"Connections of funded programmes inside {WHOLE.of_whole.en} by the day they were connected (where it is "
        "missing, "
        "activated). An address counts 1, or its dwellings where the programme counts dwellings. Addresses that were "
        "only passed, and self-financed rollout, do not count.",
    ),
    layer="connections",
    dates=("connected_reached_on",),
    amounts=("dwellings",),
    contributions=f"""
        select
            c.id,
            c.connected_reached_on as date,
            ({COUNTED_CONNECTIONS})::numeric as amount,
            c.district_key as district,
            c.geom
        from connections as c
        join programmes as p on p.id = c.programme
        where p.funding = 'funded'
          and c.district_key <> 'outside'
    """,
)

TRENCH_PLANNED_KM = Indicator(
    key="trench_planned_km",
    position=102,
    area=AREAS["information"],
    product=PRODUCTS["trends"],
    label=Text("Trassen in Planung (geförderter Ausbau)", "Trenches being planned (funded rollout)"),
    unit=Unit.KILOMETRES,
    kind=Kind.STOCK,
    rule=Text(
        f"Länge der Trassen geförderter Programme im {WHOLE.area.de}, die am letzten Tag des Zeitraums geplant und "
        "weder "
        "verlegt noch verworfen waren (fehlt das Planungsdatum, gilt das früheste Datum eines späteren Schritts). "
        "Vorhandene Leerrohre und Dubletten zählen nicht. "
        f"Gemessen in EPSG:{SRID}.",
        f"Length of the trenches of funded programmes inside {WHOLE.of_whole.en} that were planned by the last day of "
        "the period "
        "and by then neither laid nor discarded (where the day of planning is missing, the earliest date of a later "
        "step stands in). Existing ducts and duplicates do not count. "
        f"Measured in EPSG:{SRID}.",
    ),
    layer="trenches",
    dates=("planned_reached_on", "laid_reached_on", "discarded_on"),
    contributions="""
        select
            t.id,
            t.planned_reached_on as from_on,
            least(t.laid_reached_on, t.discarded_on) as until_on,
    """
    + FUNDED_TRENCHES,
)

TRENCH_LAID_KM = Indicator(
    key="trench_laid_km",
    position=103,
    area=AREAS["information"],
    product=PRODUCTS["trends"],
    label=Text("Verlegte Trassen (geförderter Ausbau)", "Trenches laid (funded rollout)"),
    unit=Unit.KILOMETRES,
    kind=Kind.STOCK,
    rule=Text(
        f"Länge der Trassen geförderter Programme im {WHOLE.area.de}, die am letzten Tag des Zeitraums verlegt und "
        "nicht "
        "verworfen waren (fehlt das Verlegedatum, gilt das der Abnahme oder Dokumentation). Mitverlegte Trassen "
        "zählen; vorhandene Leerrohre und Dubletten zählen nicht. "
        f"Gemessen in EPSG:{SRID}.",
        f"Length of the trenches of funded programmes inside {WHOLE.of_whole.en} that were laid by the last day of "
        "the period and "
        "not discarded by then (where the day of laying is missing, that of acceptance or documentation stands in). "
        "Co-laid trenches count; existing ducts and duplicates do not. "
        f"Measured in EPSG:{SRID}.",
    ),
    layer="trenches",
    dates=("laid_reached_on", "discarded_on"),
    contributions="""
        select
            t.id,
            t.laid_reached_on as from_on,
            t.discarded_on as until_on,
    """
    + FUNDED_TRENCHES,
)

INDICATORS = [FUNDED_CONNECTIONS, TRENCH_PLANNED_KM, TRENCH_LAID_KM]
