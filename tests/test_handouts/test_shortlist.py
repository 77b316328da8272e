"""A shortlist contains the chosen plots in the order in which they were chosen, as PDF and as workbook."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tests.test_api.helpers import Api
from tests.test_handouts.conftest import BARE, FORMULA, FORMULAS, FULL, HOSTILE, LENGTHY, MANY, PLANNED, TYPST
from tests.test_handouts.helpers import Pdf, shortlist

URL = "/api/shortlist"


def book(client: Api, *plots: int, **parameters: str) -> Any:
    """Return the shortlist as workbook."""
    response = client.get(URL, f="xlsx", plots=",".join(map(str, plots)), **parameters)
    assert response.status_code == 200, response.text
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_plots_are_in_the_requested_order_each_with_its_number(public: Api) -> None:
    found = shortlist(public, BARE, FULL, FORMULAS)
    first, cards = found.pages[0], found.pages[1]
    assert "3 Gewerbegrundstücke" in first
    for text in (first, cards):
        at = [text.index(name) for name in ("1 Ohne Angaben", "2 Hafen, Fläche 1", f"3 {FORMULA}")]
        assert at == sorted(at)
    assert "118,50 €/m²" in cards


def test_the_title_of_a_list_of_one_plot_is_in_the_singular(public: Api) -> None:
    assert "1 commercial plot" in shortlist(public, FULL, lang="en").pages[0]


def test_a_list_may_have_fifty_plots(public: Api) -> None:
    plots = [plot for plot in range(1, MANY + 2) if plot != PLANNED]
    found = shortlist(public, *plots)
    assert len(plots) == MANY
    for number in range(MANY - 5):
        assert found.text.count(f"Fläche {number} ") >= 2, number
    assert "Seite 1 von 19" in found.pages[0]
    assert found.right_edge < 191 / 25.4 * 72


def test_a_plot_that_the_caller_does_not_see_is_named(public: Api, internal: Api) -> None:
    found = public.problem(404, URL, plots=f"{FULL},{PLANNED},4711")
    assert found["detail"] == f"There are no plots {PLANNED}, 4711 here. They may have left the market. Remove them."
    assert found["errors"][0]["parameter"] == "plots"


def test_plots_that_are_not_public_are_named_before_they_are_handed_out(internal: Api) -> None:
    """Nothing is made until the caller says whether they are included or left out."""
    plots = f"{FULL},{PLANNED}"
    asked = internal.problem(409, URL, plots=plots)
    assert asked["errors"][0]["parameter"] == "not_on_offer"
    included = Pdf(internal.get(URL, plots=plots, not_on_offer="include").content).text
    assert "Nicht alle diese Grundstücke sind öffentlich im Angebot" in included
    left_out = Pdf(internal.get(URL, plots=plots, not_on_offer="leave_out").content).text
    assert "Nicht alle" not in left_out
    assert internal.problem(409, URL, plots=str(PLANNED), not_on_offer="leave_out")["detail"] == (asked["detail"]), (
        "nothing would be left"
    )


@pytest.mark.parametrize("plots", ["", "x", "1,", "1,1", "1, 2", "-1", "99999999999999999999", ",".join("1" * 51)])
def test_an_invalid_list_of_plots_is_refused(public: Api, plots: str) -> None:
    for f in ("pdf", "xlsx"):
        found = public.problem(400, URL, plots=plots, f=f)
        assert found["errors"][0]["parameter"] == "plots"


def test_other_formats_are_refused(public: Api) -> None:
    assert public.problem(400, URL, plots="1", f="docx")["errors"][0]["parameter"] == "f"


def test_a_workbook_compares_the_plots_with_labels_numbers_and_days(public: Api) -> None:
    sheet = book(public, BARE, FULL).worksheets[0]
    head, bare, full = ({cell.column_letter: cell for cell in row} for row in sheet.iter_rows())
    at = {cell.value: letter for letter, cell in head.items()}
    assert [bare["B"].value, full["B"].value] == ["Ohne Angaben", "Hafen, Fläche 1"]
    assert full[at["Restfläche (m²)"]].value == 8500
    assert full[at["Restfläche (m²)"]].number_format == "#,##0"
    assert full[at["Angebotspreis (€/m²)"]].value == 118.5
    assert full[at["Stichtag des Bodenrichtwerts"]].value == datetime(2024, 1, 1)  # noqa: DTZ001
    assert full[at["Art der baulichen Nutzung"]].value == "Gewerbegebiet (§\N{NO-BREAK SPACE}8\N{NO-BREAK SPACE}BauNVO)"
    assert full[at["Gewerbegebiet"]].value == "Gewerbegebiet Hafen"
    assert full[at["Flurstücke"]].value == "Gemarkung 5922, Flur 40, Flurstück 621, 622/7"
    assert bare[at["Angebotspreis (€/m²)"]].value is None
    assert sheet.freeze_panes == "C2"


def test_a_workbook_names_the_contact_and_the_source(public: Api) -> None:
    notes = [row[0].value for row in book(public, FULL, lang="en").worksheets[1].iter_rows()]
    assert "flaechen@example.org" in notes
    assert any("Licence: Datenlizenz Deutschland" in note for note in notes if note)


def test_a_workbook_stores_formulas_in_records_as_text(public: Api) -> None:
    rows = list(book(public, FORMULAS, HOSTILE, LENGTHY).worksheets[0].iter_rows(min_row=2))
    assert [row[1].value for row in rows[:2]] == [FORMULA, TYPST]
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
