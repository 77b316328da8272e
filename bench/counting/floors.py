"""Hand-written statements for the same figures, as the lower bound of what counting costs."""

from collections.abc import Mapping

BY_TABLE: Mapping[str, str] = {
    "inquiries": """
        select count(*) from {inquiries} as r
        where received_reached_on >= %(first)s and received_reached_on < %(end)s and duplicate_of is null
    """,
    "public_land_m2": """
        select sum(area_m2) from {transactions} as r
        where agreed_reached_on >= %(first)s and agreed_reached_on < %(end)s and cancelled_on is null
          and sector = 'public' and role in ('seller', 'supporter') and kind in ('sale', 'ground_lease')
    """,
    "private_land_m2": """
        select sum(area_m2) from {transactions} as r
        where agreed_reached_on >= %(first)s and agreed_reached_on < %(end)s and cancelled_on is null
          and sector = 'private' and role = 'supporter' and kind in ('sale', 'ground_lease', 'lease')
    """,
    "public_land_plots": """
        select count(*) from {transactions} as r
        where agreed_reached_on >= %(first)s and agreed_reached_on < %(end)s and cancelled_on is null
          and sector = 'public' and role in ('seller', 'supporter') and kind in ('sale', 'ground_lease')
    """,
    "properties_brokered": """
        select count(*) from {brokerages} as r
        where agreed_on >= %(first)s and agreed_on < %(end)s and cancelled_on is null
    """,
    "office_takeup_m2": """
        select sum(case kind when 'renewal' then coalesce(added_m2, 0) else area_m2 end) from {office_takeups} as r
        where agreed_on >= %(first)s and agreed_on < %(end)s and cancelled_on is null
    """,
    "settlements:area-1": """
        select count(*) from {settlements} as r
        where settled_reached_on >= %(first)s and settled_reached_on < %(end)s
          and industrial_area = (select id from industrial_areas where source_id = 'area-1')
    """,
    "settlements:area-2": """
        select count(*) from {settlements} as r
        where settled_reached_on >= %(first)s and settled_reached_on < %(end)s
          and industrial_area = (select id from industrial_areas where source_id = 'area-2')
    """,
    "funded_connections": """
        select sum(case counts when 'dwelling' then dwellings else 1 end)
        from {connections} as r join programmes as p on p.id = r.programme
        where connected_reached_on >= %(first)s and connected_reached_on < %(end)s
          and funding = 'funded' and district_key <> 'outside'
    """,
    "trench_planned_km": """
        select sum(city_length_m) / 1000
        from {trenches} as r join programmes as p on p.id = r.programme
        where planned_reached_on < %(end)s and coalesce(least(laid_reached_on, discarded_on), 'infinity') >= %(end)s
          and funding = 'funded' and origin <> 'existing_duct' and duplicate_of is null
    """,
    "trench_laid_km": """
        select sum(city_length_m) / 1000
        from {trenches} as r join programmes as p on p.id = r.programme
        where laid_reached_on < %(end)s and coalesce(discarded_on, 'infinity') >= %(end)s
          and funding = 'funded' and origin <> 'existing_duct' and duplicate_of is null
    """,
    "mobile_requests": """
        select count(*) from {mobile_requests} as r
        where received_reached_on >= %(first)s and received_reached_on < %(end)s
    """,
    "letters_of_intent": """
        select count(*) from {letters_of_intent} as r
        where signed_reached_on >= %(first)s and signed_reached_on < %(end)s
    """,
}
"""By the indicator's key; the counted table is in braces."""

RECORDED = "\n          and r.recorded_from <= %(instant)s"
ENDED = f"{RECORDED}\n          and r.recorded_until > %(instant)s"


def floor(key: str, *, is_past: bool) -> str:
    """Return the statement for an indicator, now or as recorded at ``%(instant)s``, with today's programmes."""
    statement = BY_TABLE[key].strip()
    table = statement.partition("{")[2].partition("}")[0]
    present = statement.replace(f"{{{table}}}", f"flurwerk.{table}")
    if not is_past:
        return present
    past = statement.replace(f"{{{table}}}", f"flurwerk_history.{table}")
    return f"select coalesce(({present}{RECORDED}), 0) + coalesce(({past}{ENDED}), 0)"
