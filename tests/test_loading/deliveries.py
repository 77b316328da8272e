"""Files as contractors and surveyors delivered them, with invented contents: tests/data/deliveries/."""

import shutil
from pathlib import Path
from typing import Any

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"

PROGRAMME = b"""
    insert into flurwerk.programmes (source, source_id, name, funding, counts)
    values ('city', 'weisse-flecken', 'Weisse Flecken', 'funded', 'address')
    on conflict do nothing
"""


def delivered(city: Any, name: str) -> Path:
    """A copy of the delivery, to be loaded into a city that has the programme which its records name."""
    city.connection.execute(PROGRAMME)
    source, copy = DELIVERIES / name, city.folder / name
    if source.is_dir():
        shutil.copytree(source, copy, dirs_exist_ok=True)
    else:
        shutil.copy(source, copy)
    return copy
