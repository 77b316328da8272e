"""The dependencies of the routes: FastAPI resolves them in every request, so they must be cheap."""

import inspect
from collections.abc import Iterator

from fastapi.dependencies.models import Dependant

from geo.store.database import LARGEST_ID
from tests.test_access.walking import routes
from tests.test_api.helpers import Api

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def dependencies(dependant: Dependant) -> Iterator[Dependant]:
    """Yield the dependencies of a route, each followed by its own dependencies."""
    for inner in dependant.dependencies:
        yield inner
        yield from dependencies(inner)


def test_no_dependency_takes_a_thread(public: Api) -> None:
    """FastAPI runs a plain function in a thread, which takes longer than the function itself: write ``async def``."""
    calls = {inner.call for route in routes(public.app, *METHODS) for inner in dependencies(route.dependant)}
    assert calls
    plain = [call for call in calls if not (inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call))]
    assert not plain


def test_a_page_of_features_has_few_dependencies(public: Api) -> None:
    """FastAPI visits every mention of a dependency, even a repeated one: 23 of them took longer than the database."""
    items = next(route for route in routes(public.app, "GET") if route.path.endswith("/items"))
    assert len(list(dependencies(items.dependant))) <= 10


def test_every_id_in_a_path_is_bounded_like_the_ids_of_the_database(public: Api) -> None:
    document = public.app.openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    bounds = [
        (parameter["schema"].get("minimum"), parameter["schema"].get("maximum"))
        for operation in operations
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
        and parameter["schema"].get("type") == "integer"
        and parameter["name"].endswith("Id")
    ]
    assert len(bounds) > 3
    assert set(bounds) == {(1, LARGEST_ID)}
