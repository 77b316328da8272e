"""Saved searches and shortlists: one's own or shared, never overwritten unnoticed, never lost."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.types.json import Jsonb

from geo.access import tokens
from geo.store.database import conninfo
from tests.records import Connection
from tests.test_access.helpers import logged_in
from tests.test_api.helpers import problem
from tests.test_watching.conftest import As, plots

SEARCHES = "/api/saved-searches"
SHORTLISTS = "/api/shortlists"
FREE = {"status": "available", "remaining_m2": "5000.."}


def test_a_search_is_saved_renamed_overwritten_and_deleted_by_its_owner(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    made = anna.ok("POST", SEARCHES, {"name": "  Große\u00a0 Flächen ", "filters": FREE})
    assert made["name"] == "Große Flächen"
    assert (made["filters"], made["faults"], made["is_own"], made["owner"]) == (FREE, [], True, "Anna")
    path = f"{SEARCHES}/{made['id']}"
    renamed = anna.ok("PATCH", path, {"name": "Groß"}, tag=made["etag"])
    overwritten = anna.ok("PATCH", path, {"filters": {"divisible": "1"}}, tag=renamed["etag"])
    assert (overwritten["name"], overwritten["filters"]) == ("Groß", {"divisible": "1"})
    assert anna.send("DELETE", path, tag=overwritten["etag"]).status_code == 204
    assert anna.ok("GET", SEARCHES) == {"searches": []}


def test_nothing_is_overwritten_unless_it_was_read_as_it_is(as_person: As, city: Connection) -> None:
    anna, bert = as_person("Anna"), as_person("Bert")
    made = anna.ok("POST", SEARCHES, {"name": "A", "filters": FREE, "is_shared": True})
    path = f"{SEARCHES}/{made['id']}"
    problem(anna.send("PATCH", path, {"name": "B"}), 428)
    problem(anna.send("DELETE", path), 428)
    bert.ok("PATCH", path, {"filters": {"divisible": "0"}}, tag=made["etag"])
    refused = problem(anna.send("PATCH", path, {"filters": {"divisible": "1"}}, tag=made["etag"], lang="de"), 412)
    assert refused["detail"].startswith("Bert hat das inzwischen geändert.")
    problem(anna.send("DELETE", path, tag=made["etag"]), 412)
    assert anna.ok("GET", SEARCHES)["searches"][0]["filters"] == {"divisible": "0"}
    # A name is taken once for each owner, and saving again does not overwrite.
    problem(anna.send("POST", SEARCHES, {"name": "A", "filters": {"divisible": "1"}}), 409)
    other = anna.ok("POST", SEARCHES, {"name": "B", "filters": FREE})
    problem(anna.send("PATCH", f"{SEARCHES}/{other['id']}", {"name": "A"}, tag=other["etag"]), 409)
    bert.ok("POST", SEARCHES, {"name": "A", "filters": FREE})


def test_of_two_who_overwrite_at_once_one_is_told(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    made = anna.ok("POST", SEARCHES, {"name": "A", "filters": FREE, "is_shared": True})
    path = f"{SEARCHES}/{made['id']}"
    changes = [("Anna", {"divisible": "1"}), ("Bert", {"divisible": "0"})]
    with ThreadPoolExecutor() as threads:
        sent = [
            threads.submit(as_person(name).send, "PATCH", path, {"filters": filters}, tag=made["etag"])
            for name, filters in changes
        ]
    assert sorted(one.result().status_code for one in sent) == [200, 412]


def test_others_see_only_what_is_shared_and_readers_change_none_of_it(as_person: As, city: Connection) -> None:
    anna, bert, rita = map(as_person, ("Anna", "Bert", "Rita"))
    own = anna.ok("POST", SEARCHES, {"name": "Meine", "filters": FREE})
    shared = anna.ok("POST", SEARCHES, {"name": "Unsere", "filters": FREE, "is_shared": True})
    for other in (bert, rita):
        assert [one["name"] for one in other.ok("GET", SEARCHES)["searches"]] == ["Unsere"]
        problem(other.send("PATCH", f"{SEARCHES}/{own['id']}", {"name": "X"}, tag="*"), 404)
        problem(other.send("DELETE", f"{SEARCHES}/{own['id']}", tag="*"), 404)
    path = f"{SEARCHES}/{shared['id']}"
    problem(rita.send("PATCH", path, {"name": "X"}, tag="*"), 403)
    problem(rita.send("DELETE", path, tag="*"), 403)
    # An editor may change it, but not take it away from the others.
    changed = bert.ok("PATCH", path, {"name": "Unsere beste"}, tag=shared["etag"])
    assert (changed["owner"], changed["changed_by"]) == ("Anna", "Bert")
    problem(bert.send("PATCH", path, {"is_shared": False}, tag="*"), 403)
    anna.ok("PATCH", path, {"is_shared": False}, tag="*")
    assert bert.ok("GET", SEARCHES) == {"searches": []}
    # Readers keep searches of their own.
    rita.ok("POST", SEARCHES, {"name": "Von Rita", "filters": FREE})
    problem(as_person("nobody").send("GET", SEARCHES), 401)
    problem(as_person("nobody").send("POST", SEARCHES, {"name": "X", "filters": FREE}), 401)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 101, "\x00"])
def test_a_name_that_nobody_could_read_is_refused(as_person: As, city: Connection, name: str) -> None:
    response = as_person("Anna").send("POST", SEARCHES, {"name": name, "filters": FREE})
    assert response.status_code in (400, 422), response.text


@pytest.mark.parametrize("name", ["<b>fett</b>", "Größe & Ω 🏗", "'; drop table plots; --", "x" * 100])
def test_a_name_is_kept_as_it_is_written(as_person: As, city: Connection, name: str) -> None:
    assert as_person("Anna").ok("POST", SEARCHES, {"name": name, "filters": FREE})["name"] == name


@pytest.mark.parametrize(
    "filters",
    [{}, {"colour": "red"}, {"remaining_m2": ".."}, {"remaining_m2": "a..b"}, {"divisible": "2"}, {"checked_on": "x"}],
)
def test_a_search_that_could_not_be_read_is_not_saved(as_person: As, city: Connection, filters: object) -> None:
    found = problem(as_person("Anna").send("POST", SEARCHES, {"name": "A", "filters": filters}), 422)
    assert found["type"] == "urn:flurwerk:problem:unusable-search"


def test_a_search_that_can_no_longer_be_read_is_shown_with_the_reason(as_person: As, city: Connection) -> None:
    """Nils sees plots as the public does, so not how far the fibre is; and one filter is of another version."""
    anna, nils = as_person("Anna"), as_person("Nils")
    anna.ok("POST", SEARCHES, {"name": "Glasfaser", "filters": {"fibre_m": "100", **FREE}, "is_shared": True})
    city.execute('update flurwerk_access.saved_searches set filters = filters || \'{"gone": "1"}\'')
    assert [one["property"] for one in anna.ok("GET", SEARCHES)["searches"][0]["faults"]] == ["gone"]
    faults = nils.ok("GET", SEARCHES, lang="de")["searches"][0]["faults"]
    assert {one["property"] for one in faults} == {"fibre_m", "gone"}
    assert all(one["reason"] for one in faults)


def test_a_shortlist_keeps_its_order_and_whatever_several_people_add_at_once(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    ids = [plots(city)[f"Hafen {number}"] for number in (2, 0, 1, 3)]
    made = anna.ok("POST", SHORTLISTS, {"name": "Ortstermin", "plots": ids[:2], "is_shared": True})
    assert made["plots"] == ids[:2]
    path = f"{SHORTLISTS}/{made['id']}"
    with ThreadPoolExecutor() as threads:
        sent = [
            threads.submit(as_person(name).send, "POST", f"{path}/plots", {"add": [plot]})
            for name, plot in [("Anna", ids[2]), ("Bert", ids[3]), ("Anna", ids[3])]
        ]
    assert [one.result().status_code for one in sent] == [200] * 3
    [found] = anna.ok("GET", SHORTLISTS)["shortlists"]
    assert found["plots"][:2] == ids[:2]
    assert sorted(found["plots"]) == sorted(ids)
    turned = anna.ok("PATCH", path, {"plots": found["plots"][::-1]}, tag=found["etag"])
    assert turned["plots"] == found["plots"][::-1]
    assert anna.ok("POST", f"{path}/plots", {"remove": [ids[0]]})["plots"] == [
        p for p in turned["plots"] if p != ids[0]
    ]
    # An order of what the list was before loses nobody's plot.
    problem(anna.send("PATCH", path, {"plots": ids[:2]}, tag=turned["etag"]), 412)
    problem(anna.send("PATCH", path, {"plots": ids[:2]}, tag="*"), 409)


def test_a_shared_shortlist_shows_each_what_they_may_see(as_person: As, city: Connection) -> None:
    """Nils sees no plot that is not on offer, and cannot lose it to the others by giving an order."""
    known = plots(city)
    ids = [known["Hafen 0"], known["Verborgen"], known["Hafen 1"]]
    anna, nils = as_person("Anna"), as_person("Nils")
    anna.ok("POST", SHORTLISTS, {"name": "A", "plots": ids, "is_shared": True})
    assert anna.ok("GET", SHORTLISTS)["shortlists"][0]["plots"] == ids
    assert nils.ok("GET", SHORTLISTS)["shortlists"][0]["plots"] == [ids[0], ids[2]]
    own = nils.ok("POST", SHORTLISTS, {"name": "B", "plots": ids})
    assert own["plots"] == [ids[0], ids[2]]
    nils.ok("PATCH", f"{SHORTLISTS}/{own['id']}", {"plots": [ids[2], ids[0]]}, tag=own["etag"])
    stored = city.execute(
        "select plot from flurwerk_access.shortlist_plots where shortlist = %s order by position", [own["id"]]
    )
    assert [plot for (plot,) in stored] == [ids[2], ids[1], ids[0]]


def test_a_shortlist_that_is_full_is_refused_as_a_whole(as_person: As, city: Connection) -> None:
    anna = as_person("Anna")
    made = anna.ok("POST", SHORTLISTS, {"name": "A", "plots": list(range(1, 50))})
    problem(anna.send("POST", f"{SHORTLISTS}/{made['id']}/plots", {"add": [900, 901]}), 409)
    assert len(anna.ok("GET", SHORTLISTS)["shortlists"][0]["plots"]) == 49


def test_with_a_token_goes_what_was_not_shared_and_the_name_from_what_was(as_person: As, city: Connection) -> None:
    with city.transaction():
        tokens.create(city, "Gast", tokens.Role.EDITOR)
    for name, shared in (("eigen", False), ("geteilt", True)):
        city.execute(
            "insert into flurwerk_access.saved_searches (name, owner, is_shared, filters) values (%s, 'Gast', %s, %s)",
            [name, shared, Jsonb(FREE)],
        )
    city.execute("insert into flurwerk_access.shortlists (name, owner, is_shared) values ('eigen', 'Gast', false)")
    city.execute("insert into flurwerk_access.watchers (person, rights) values ('Gast', '')")
    city.execute("insert into flurwerk_access.watches (owner, kind, plot) values ('Gast', 'plot', 1)")
    with city.transaction():
        tokens.revoke(city, "Gast")
    [left] = as_person("Anna").ok("GET", SEARCHES)["searches"]
    assert (left["name"], left["owner"], left["is_shared"], left["may_change"]) == ("geteilt", None, True, True)
    for table in ("shortlists", "watchers", "watches"):
        assert city.execute(f"select count(*) from flurwerk_access.{table}".encode()).fetchone() == (0,)
    city.execute("delete from flurwerk_access.tokens where name = 'Gast'")


def test_the_database_itself_shows_nobody_what_others_keep(as_person: As, city: Connection, city_url: str) -> None:
    """Neither a session of the service for somebody else, nor one for nobody, nor a person's own login."""
    as_person("Anna").ok("POST", SEARCHES, {"name": "Meine", "filters": FREE})
    as_person("Anna").ok("PUT", "/api/watches/digest", {"email": "anna@example.org"})
    for login in ("flurwerk_reader", "flurwerk_editor"):
        with logged_in(city_url, login) as connection:
            for person in ("Bert", ""):
                connection.execute("select set_config('flurwerk.actor', %s, false)", [person])
                for table in ("saved_searches", "watchers", "watches", "watch_events"):
                    assert connection.execute(f"select count(*) from flurwerk_access.{table}".encode()).fetchone() == (
                        0,
                    ), table
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(
                    "insert into flurwerk_access.saved_searches (name, owner, filters) values ('x', 'Anna', '{}')"
                )
    with psycopg.connect(conninfo(city_url)) as own:
        own.execute("create role wilma login in role flurwerk_editor_rights")
        own.execute("set session authorization wilma")
        own.execute("select set_config('flurwerk.actor', 'Anna', false)")
        assert own.execute("select count(*) from flurwerk_access.saved_searches").fetchone() == (0,)
        own.rollback()
