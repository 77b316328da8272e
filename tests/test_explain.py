"""Errors of the database are explained in plain words."""

import psycopg
import pytest
from psycopg import errors

from geo.records.layers.layer import Text
from geo.records.messages import explain
from geo.store.database import Connection

SQUARE = "st_multi(st_makeenvelope(390000, 5700000, 390100, 5700100, 25832))"
PLOT = f"insert into plots (name, ownership, geom) values ('Nord', 'public', {SQUARE}) returning id"
TRANSACTION = "insert into transactions (plot, kind, sector, role, area_m2, agreed_on) values "


@pytest.mark.parametrize(
    ("statement", "german", "english"),
    [
        (
            "insert into operators (kind) values ('carrier')",
            "„Bezeichnung“ fehlt in „Betreiber“: bitte einen Wert eintragen.",
            "“Name” is missing in “Operators”: please enter a value.",
        ),
        (
            "insert into operators (name, kind) values ('A', 'radio')",
            "„Art des Betreibers“ kennt diesen Wert nicht: erlaubt sind carrier = Festnetzbetreiber, "
            "mobile = Mobilfunknetzbetreiber, tower = Funkmastbetreiber.",
            "“Kind of operator” does not allow this value: allowed values are carrier = Fixed-network carrier, "
            "mobile = Mobile network operator, tower = Tower company.",
        ),
        (
            f"{TRANSACTION} (999, 'sale', 'public', 'seller', 1, '2023-01-01')",
            "„Grundstück“ verweist auf nichts: bitte einen Datensatz angeben, den es in „Gewerbegrundstücke“ gibt.",
            "“Plot” refers to a record that does not exist: please specify one that exists in “Plots”.",
        ),
        (
            f"{TRANSACTION} (null, 'sale', 'public', 'seller', 0, '2023-01-01')",
            "„Fläche“ (m²) muss größer als 0 sein.",
            "“Area” (m²) must be greater than 0.",
        ),
        (
            "insert into office_takeups (kind, area_m2, agreed_on, district) "
            "values ('lease', 10, '2023-01-01', 'Hörd')",
            "„Stadtbezirk“: Diesen Namen gibt es nicht; bitte so schreiben wie unter „Bezirke“. Angegeben: Hörd.",
            "There is no district with that name: please write the name as in “Districts”. Given: Hörd.",
        ),
        (
            "insert into access_points (name, kind, geom) "
            "values ('A', 'port', st_setsrid(st_makepoint(5707408, 391215), 25832))",
            "Die Koordinaten sind vertauscht: bitte erst den Ostwert (x) und dann den Nordwert (y) angeben. "
            "Angegeben: x 5707408, y 391215.",
            "The coordinates are swapped: please give the easting (x) first and the northing (y) second. "
            "Given: x 5707408, y 391215.",
        ),
        (
            "insert into access_points (name, kind, geom) "
            "values ('A', 'port', st_geomfromtext('LINESTRING(390000 5700000, 390001 5700000)', 25832))",
            "Die Geometrie ist von der falschen Art: erwartet wird „Punkt“, geliefert wurde „Linie“.",
            "The geometry has the wrong type: expected “point”, but got “line”.",
        ),
        (
            "insert into access_points (name, kind, geom) values ('A', 'port', 'SRID=4326;POINT(7.4 51.5)')",
            "Das Koordinatensystem stimmt nicht: bitte in EPSG:25832 (ETRS89 / UTM 32N) umrechnen.",
            "The coordinate reference system is wrong: please transform to EPSG:25832 (ETRS89 / UTM 32N).",
        ),
        (
            "select st_geomfromtext('POLYGON((0 0, 1 0, 1 1, 0 1))')",
            "Die Geometrie ist nicht lesbar: bitte prüfen, ob ihr Rand geschlossen ist und genug Punkte hat.",
            "The geometry cannot be read: please check that its rings are closed and have enough points.",
        ),
        (
            "select 'gestern'::date",
            "„gestern“ ist kein Datum: bitte etwa 2023-12-31 schreiben.",
            "“gestern” is not a date: please write something like 2023-12-31.",
        ),
        (
            "select '2023-02-30'::date",
            "„2023-02-30“ ist kein Tag des Kalenders: bitte Tag, Monat und Jahr prüfen.",
            "“2023-02-30” is not a calendar date: please check day, month and year.",
        ),
        (
            "select '12,5'::numeric",
            "„12,5“ ist keine Zahl: bitte etwa 1234.5 schreiben.",
            "“12,5” is not a number: please write something like 1234.5.",
        ),
        (
            "select 'vielleicht'::boolean",
            "„vielleicht“ ist weder ja noch nein: bitte true oder false schreiben.",
            "“vielleicht” is neither yes nor no: please write true or false.",
        ),
        (
            f"{TRANSACTION} (null, 'sale', 'public', 'seller', 1e12, '2023-01-01')",
            "Die Zahl ist zu groß für dieses Feld: sie muss kleiner als 10.000.000.000 sein.",
            "The number is too large for this field: it must be less than 10,000,000,000.",
        ),
        (
            "insert into operators (id, name, kind) values (1, 'A', 'carrier')",
            "„id“ wird berechnet: bitte das Feld leer lassen.",
            "“id” is computed: please leave the field empty.",
        ),
        (
            "truncate remarks",
            "Die Tabelle führt eine Historie und lässt sich nicht auf einmal leeren: bitte die Datensätze löschen.",
            "The table keeps a history and cannot be truncated: please delete its records instead.",
        ),
    ],
)
def test_a_refused_statement_is_explained(connection: Connection, statement: str, german: str, english: str) -> None:
    assert refusal(connection, statement) == Text(german, english)


def test_deleting_a_record_that_others_refer_to_is_explained(connection: Connection) -> None:
    plot = insert(connection, PLOT)
    connection.execute("insert into plot_restrictions (plot, kind, severity) values (%s, 'flood', 'minor')", [plot])
    assert refusal(connection, "delete from plots") == Text(
        "Der Datensatz in „Gewerbegrundstücke“ wird noch gebraucht: „Restriktionen“ verweist mit „Grundstück“ "
        "auf ihn; bitte erst dort den Verweis ändern.",
        "The record in “Plots” is still needed: “Restrictions” refers to it by “Plot”; "
        "please change the reference there first.",
    )


def test_selling_more_than_there_is_names_the_plot(connection: Connection) -> None:
    plot = insert(connection, PLOT)
    assert refusal(connection, f"{TRANSACTION} ({plot}, 'sale', 'public', 'seller', 20000, '2023-01-01')") == Text(
        "Verkauft oder verpachtet ist mehr, als das Grundstück hat: bitte die Flächen prüfen oder ein früheres "
        "Geschäft stornieren oder beenden. Betroffen: Nord: 20.000 m² von 10.000 m².",
        "The area sold or leased exceeds that of the plot: please check the areas, or cancel or end an earlier deal. "
        "Affected: Nord: 20,000 m² of 10,000 m².",
    )


def test_text_with_nul_bytes_is_explained(connection: Connection) -> None:
    with pytest.raises(psycopg.DataError) as refused:
        connection.execute("select %s", ["a\0b"])
    explanation = explain(refused.value)
    assert explanation
    assert "Zeichenkodierung" in explanation.de


def test_an_error_that_is_not_about_data_stays_unexplained(connection: Connection) -> None:
    with pytest.raises(errors.UndefinedTable) as refused:
        connection.execute("select from nowhere")
    assert explain(refused.value) is None


def refusal(connection: Connection, statement: str) -> Text | None:
    """Return the explanation of a statement that the database refuses."""
    with pytest.raises(psycopg.Error) as refused:
        connection.execute(statement.encode())
    return explain(refused.value)


def insert(connection: Connection, statement: str) -> int:
    """Run an insert and return the id that it returns."""
    found = connection.execute(statement.encode()).fetchone()
    assert found
    return found[0]
