"""Both pages in Firefox: what advisors do most, by mouse and keyboard. `make test-firefox` installs what it needs."""

from datetime import datetime, timedelta

import psycopg
import pytest

from geo.access import Role
from geo.periods import CITY_TIME
from geo.store.database import conninfo
from tests.firefox import firefox
from tests.records import insert, one, plot
from tests.test_web.conftest import Site

pytestmark = pytest.mark.long

READY = "document.documentElement.dataset.ready === 'true'"
TODAY = datetime.now(CITY_TIME).date()
CSV = "source_id;plot;reserved_on\\nr-1;p-1;02.05.2023\\n"
DROP = f"""(() => {{
    const files = new DataTransfer();
    files.items.add(new File(["{CSV}"], "liste.csv"));
    const input = document.querySelector("#file");
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
}})()"""


def test_advisors_work_in_firefox(own_site: Site) -> None:
    """They find a plot, extend a reservation and take that back, and look at a file; the console stays silent."""
    with psycopg.connect(conninfo(own_site.database_url)) as connection:
        where = plot(connection, name="Am Kanal", x=392000, offered_on="2023-01-01", official_area_m2=10_000)
        until = TODAY + timedelta(5)
        held = insert(connection, "reservations", plot=where, area_m2=4000, reserved_on="2023-05-02", expires_on=until)
    token = own_site.token(Role.EDITOR, "Erika")

    def ends() -> object:
        with psycopg.connect(conninfo(own_site.database_url)) as connection:
            return one(connection, "select expires_on from flurwerk.reservations where id = %s", held)

    with firefox() as window:
        window.show(f"{own_site.address}/?lang=de")
        window.wait(READY)
        window.click("button", "Anmelden")
        window.wait("document.activeElement.matches('dialog input')")
        window.type(token)
        window.type("\ue007")
        window.wait("globalThis.app?.session?.name === 'Erika' && app.isLoaded")
        window.wait("app.map?.map.loaded()")
        assert window.evaluate("app.map.map.queryRenderedFeatures().length") > 0, "the map is drawn"

        window.click("#rail-reservations")
        window.click(".promise .plot", "Am Kanal")
        window.wait("document.querySelector('.drawer .promise')?.textContent.includes('endet in 5 Tagen')")
        window.click(".drawer .promise button", "Verlängern")
        window.wait("document.querySelector('#field-expires_on')?.value")
        window.click("#form .calendar")
        window.wait("document.querySelector('dialog.calendar-dialog calendar-month')")
        window.type("\ue00c")
        window.wait("document.activeElement.id === 'field-expires_on'")
        window.evaluate("document.activeElement.select()")
        window.type("1.2.2050")
        window.click("#form button", "Speichern")
        window.wait("document.querySelector('.toast')?.textContent.includes('ist verlängert')")
        assert str(ends()) == "2050-02-01"
        window.click(".toast button", "Zurücknehmen")
        window.wait("document.querySelector('.toast')?.textContent.includes('zurückgenommen')")
        assert ends() == until

        window.show(f"{own_site.address}/load?lang=de", 390, 844)
        window.wait("document.querySelector('#file')")
        window.evaluate(DROP)
        window.wait("document.querySelector('#columns-title, #layer')")
        assert window.complaints == []
