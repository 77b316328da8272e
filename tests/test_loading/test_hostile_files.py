"""Whatever a file of any format holds: each value is stored as it is or told, or refused. There is nothing else.

The files are loaded, and what is stored is read back from the table by SQL.
"""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.test_loading.conftest import CITY
from tests.test_loading.hostile_forms import FORMS
from tests.test_loading.hostile_loads import Delivery
from tests.test_loading.hostile_records import cases
from tests.test_properties.profile import profile


def made_up(examples: int) -> settings:
    """Settings for so many files. What fails is not reduced: each attempt loads a file."""
    return settings(
        profile(examples),
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture
def city(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A database that each example leaves as it was."""
    connection.execute(CITY.encode())
    return connection


@pytest.mark.parametrize("name", FORMS)
@made_up(2)
@given(data=st.data())
def test_each_value_is_stored_as_it_is_or_told_or_refused(city, folder, name, data):
    form = FORMS[name]
    with city.transaction(force_rollback=True):
        Delivery(city, folder, form, data.draw(cases(form.layers))).check()


@pytest.mark.parametrize("name", FORMS)
@made_up(1)
@given(data=st.data())
def test_ordinary_values_are_not_refused(city, folder, name, data):
    form = FORMS[name]
    with city.transaction(force_rollback=True):
        delivery = Delivery(city, folder, form, data.draw(cases(form.layers, hostile=False)))
        report = delivery.load()
        assert report
        assert report.problems == []
        delivery.compare(report)
