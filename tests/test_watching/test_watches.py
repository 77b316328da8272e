"""What happens to what people watch is told once, in sentences, and only as far as they may see it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from geo.store.database import conninfo
from tests.records import Connection, delete, insert, update
from tests.test_api.helpers import problem
from tests.test_watching.conftest import PEOPLE, As, Person, far_plot, plots

WATCHES = "/api/watches"
EAST = {"type": "Polygon", "coordinates": [[[7.6, 51.4], [7.8, 51.4], [7.8, 51.6], [7.6, 51.6], [7.6, 51.4]]]}


def told(person: Person, lang: str = "en") -> dict[str, list[tuple[str, str | None, str]]]:
    """By the title of each watch: kind, plot's name and sentence of each event, the latest first."""
    return {
        watch["title"]: [(one["kind"], one["name"], one["sentence"]) for one in watch["events"]]
        for watch in person.ok("GET", WATCHES, lang=lang)["watches"]
    }


def watch(person: Person, **target: Any) -> dict[str, Any]:
    return person.ok("POST", WATCHES, target)


def look(person: Person) -> None:
    person.ok("POST", f"{WATCHES}/looked", {"event": person.ok("GET", WATCHES)["last_event"]})


def test_a_watched_plot_tells_what_has_changed_until_it_was_looked_at(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    plot = far_plot(city, "Am Feld", asking_price_eur_m2=250)
    watch(anna, plot=plot)
    assert told(anna) == {"Plot: Am Feld": []}
    update(city, "plots", plot, asking_price_eur_m2=270)
    [(kind, name, sentence)] = told(anna)["Plot: Am Feld"]
    assert (kind, name) == ("changed", "Am Feld")
    assert "250" in sentence
    assert "270" in sentence
    # As often as somebody asks, it is told until they say that they have looked, and then no more.
    assert len(told(anna, "de")["Grundstück: Am Feld"]) == 1
    look(anna)
    assert told(anna) == {"Plot: Am Feld": []}
    delete(city, "plots", plot)
    assert [kind for kind, _, _ in told(anna)["Plot: Am Feld"]] == ["deleted"]
    look(anna)


def test_a_watched_search_tells_what_is_new_fits_now_or_no_longer(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    search = anna.ok("POST", "/api/saved-searches", {"name": "GI", "filters": {"zoning": "GI"}})
    fitting, other = far_plot(city, "Passt", zoning="GI"), far_plot(city, "Anders", zoning="GE")
    watch(anna, search=search["id"])
    new = far_plot(city, "Neu", zoning="GI")
    update(city, "plots", other, zoning="GI")
    update(city, "plots", fitting, zoning="GE")
    happened = told(anna)["Saved search: GI"]
    assert {(kind, name) for kind, name, _ in happened} == {
        ("created", "Neu"),
        ("entered", "Anders"),
        ("left", "Passt"),
    }
    look(anna)
    delete(city, "plots", new)
    update(city, "plots", other, name="Ganz anders")
    assert {(kind, name) for kind, name, _ in told(anna)["Saved search: GI"]} == {
        ("deleted", "Neu"),
        ("changed", "Ganz anders"),
    }
    look(anna)
    # If the search itself is changed, that is told, and not what it finds instead.
    anna.ok("PATCH", f"/api/saved-searches/{search['id']}", {"filters": {"zoning": "GE"}}, tag="*")
    assert [kind for kind, _, _ in told(anna)["Saved search: GI"]] == ["redefined"]
    for record in (fitting, other):
        delete(city, "plots", record)


def test_a_watched_area_tells_what_happens_within_it(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    watch(anna, area=EAST, name="Im Osten <b>")
    area = insert(
        city,
        "industrial_areas",
        name="Ostpark",
        geom="MULTIPOLYGON(((404000 5704000, 407000 5704000, 407000 5707000, 404000 5704000)))",
    )
    watch(anna, industrial_area=area)
    plot = far_plot(city, "Ostplatz")
    assert told(anna) == {
        "Area: Im Osten <b>": [("created", "Ostplatz", "new")],
        "Area: Ostpark": [("created", "Ostplatz", "new")],
    }
    look(anna)
    city.execute("update plots set geom = st_translate(geom, -12000, 0) where id = %s", [plot])
    assert [kind for events in told(anna).values() for kind, _, _ in events] == ["left", "left"]
    delete(city, "industrial_areas", area)
    broken = {one["title"]: one["broken"] for one in anna.ok("GET", WATCHES)["watches"]}
    assert broken == {"Area: Im Osten <b>": None, "Area": "This area no longer exists."}
    delete(city, "plots", plot)


def test_a_watched_inquiry_tells_which_plots_suit_it_now(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    inquiry = insert(city, "inquiries", number="A 1", kind="plot", received_on="2023-08-01", min_m2=30000)
    watch(anna, inquiry=inquiry)
    plot = far_plot(city, "Groß genug")
    update(city, "plots", plot, name="Wirklich groß")
    assert told(anna) == {"Inquiry: A 1": [("created", "Wirklich groß", "new")]}
    problem(as_person("Nils").send("POST", WATCHES, {"inquiry": inquiry}), 404)
    delete(city, "plots", plot)
    delete(city, "inquiries", inquiry)


def test_nothing_is_told_that_the_reader_may_not_see(as_person: As, city: Connection) -> None:
    """Nils sees plots as the public does: no notes, no reservation's end, and no plot that is not on offer."""
    anna, nils = as_person("Anna"), as_person("Nils")
    plot = far_plot(city, "Geheim", note="alt")
    for person in (anna, nils):
        watch(person, plot=plot)
        watch(person, area=EAST, name="Osten")
    update(city, "plots", plot, note="Erika Mustermann ruft an")
    hidden = far_plot(city, "Noch geheim")
    update(city, "plots", hidden, offered_on=None)
    assert all(told(anna).values())
    assert not any(told(nils).values())
    problem(nils.send("POST", WATCHES, {"plot": hidden}), 404)
    # Once it is not on offer any more, it is gone for the public.
    update(city, "plots", plot, offered_on=None)
    assert {kind for events in told(nils).values() for kind, _, _ in events} == {"deleted"}
    for record in (plot, hidden):
        delete(city, "plots", record)


def test_if_somebodys_rights_change_nothing_of_before_is_told(
    as_person: As, city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = as_person("Anna")
    plot = far_plot(city, "Vorher", asking_price_eur_m2=250)
    watch(anna, area=EAST, name="Osten")
    update(city, "plots", plot, note="vertraulich")
    assert len(told(anna)["Area: Osten"]) == 1
    monkeypatch.setitem(PEOPLE, "Anna", PEOPLE["Nils"].__class__(PEOPLE["Nils"].role, "Anna", PEOPLE["Nils"].layers))
    found = anna.ok("GET", WATCHES)
    assert found["began_anew"] is True
    assert [one["events"] for one in found["watches"]] == [[]]
    assert anna.ok("GET", WATCHES)["began_anew"] is False
    delete(city, "plots", plot)


def test_each_event_is_noted_once_however_many_ask_at_once(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    watch(anna, area=EAST, name="Osten")
    plot = far_plot(city, "Einmal")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: told(anna), range(8)))
    assert city.execute("select count(*) from flurwerk_access.watch_events").fetchone() == (1,)
    delete(city, "plots", plot)


def test_what_a_slow_transaction_writes_is_not_lost(as_person: As, city: Connection, city_url: str) -> None:
    anna = as_person("Anna")
    plot = far_plot(city, "Langsam", asking_price_eur_m2=250)
    watch(anna, plot=plot)
    with psycopg.connect(conninfo(city_url)) as slow:
        update(slow, "plots", plot, asking_price_eur_m2=270)
        update(city, "plots", plots(city)["Hafen 0"], note="schneller")
        assert told(anna) == {"Plot: Langsam": []}
    assert len(told(anna)["Plot: Langsam"]) == 1
    delete(city, "plots", plot)


def test_a_search_that_is_deleted_or_unusable_says_so(as_person: As, city: Connection) -> None:
    anna, bert = as_person("Anna"), as_person("Bert")
    search = anna.ok("POST", "/api/saved-searches", {"name": "A", "filters": {"zoning": "GI"}, "is_shared": True})
    watch(bert, search=search["id"])
    city.execute('update flurwerk_access.saved_searches set filters = \'{"fibre_n": "3"}\'')
    assert bert.ok("GET", WATCHES)["watches"][0]["broken"] == "fibre_n: There is no such filter."
    anna.ok("DELETE", f"/api/saved-searches/{search['id']}", tag="*")
    [left] = bert.ok("GET", WATCHES)["watches"]
    assert (left["title"], left["broken"]) == (
        "Saved search",
        "This search no longer exists, or is no longer shared.",
    )
    bert.ok("DELETE", f"{WATCHES}/{left['id']}")
    assert bert.ok("GET", WATCHES)["watches"] == []


def test_what_changes_while_a_watch_cannot_be_evaluated_is_told_once_it_can(as_person: As, city: Connection) -> None:
    """Bert looks while Anna's search is not shared, and after it is again; and only once."""
    anna, bert = as_person("Anna"), as_person("Bert")
    search = anna.ok("POST", "/api/saved-searches", {"name": "A", "filters": {"zoning": "GI"}, "is_shared": True})
    plot = far_plot(city, "Am Feld", zoning="GI", asking_price_eur_m2=250)
    watch(bert, search=search["id"])
    city.execute("update flurwerk_access.saved_searches set is_shared = false")
    update(city, "plots", plot, asking_price_eur_m2=270)
    for _ in range(2):
        assert bert.ok("GET", WATCHES)["watches"][0]["broken"]
    city.execute("update flurwerk_access.saved_searches set is_shared = true")
    for _ in range(2):
        [events] = told(bert).values()
        assert [kind for kind, _, _ in events] == ["changed"]
    delete(city, "plots", plot)


def test_what_happens_while_a_search_is_changed_is_told_as_far_as_its_filters_do_not_explain_it(
    as_person: As, city: Connection
) -> None:
    """Another name changes nothing of what fits; with other filters, what has changed of what still fits is told."""
    anna = as_person("Anna")
    search = anna.ok("POST", "/api/saved-searches", {"name": "A", "filters": {"zoning": "GI"}})
    plot = far_plot(city, "Am Feld", zoning="GI", asking_price_eur_m2=250)
    watch(anna, search=search["id"])
    city.execute("update flurwerk_access.saved_searches set name = 'B'")
    new = far_plot(city, "Neu", zoning="GI")
    assert told(anna) == {"Saved search: B": [("created", "Neu", "new")]}
    look(anna)
    update(city, "plots", plot, asking_price_eur_m2=270)
    update(city, "plots", new, zoning="GE")
    city.execute('update flurwerk_access.saved_searches set filters = \'{"zoning": "GI,MI"}\'')
    [events] = told(anna).values()
    assert {(kind, name) for kind, name, _ in events} == {("redefined", None), ("changed", "Am Feld")}
    for record in (plot, new):
        delete(city, "plots", record)


def test_the_same_is_watched_once_and_others_watches_are_nobodys_business(as_person: As, city: Connection) -> None:
    anna, bert = as_person("Anna"), as_person("Bert")
    plot = plots(city)["Hafen 0"]
    first = watch(anna, plot=plot)
    assert watch(anna, plot=plot)["id"] == first["id"]
    assert bert.ok("GET", WATCHES)["watches"] == []
    problem(bert.send("DELETE", f"{WATCHES}/{first['id']}"), 404)


@pytest.mark.parametrize(
    ("status", "target"),
    [
        (422, {}),
        (422, {"plot": 1, "search": 1}),
        (422, {"area": EAST}),
        (404, {"plot": 2**40}),
        (404, {"search": 2**40}),
        (404, {"inquiry": 2**40}),
        (404, {"industrial_area": 2**40}),
        (422, {"area": {"type": "Polygon", "coordinates": [[[1, 2]]]}, "name": "x"}),
        (422, {"area": EAST, "name": " "}),
        (400, {"plot": -1}),
        (400, {"area": {"type": "Point", "coordinates": [1]}, "name": "x"}),
    ],
)
def test_what_cannot_be_watched_is_refused(as_person: As, city: Connection, status: int, target: object) -> None:
    problem(as_person("Anna").send("POST", WATCHES, target), status)
    assert as_person("Anna").ok("GET", WATCHES)["watches"] == []
