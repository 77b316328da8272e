"""No byte of a hand-out contains internal or personal data, whoever requests it."""

import io
import zipfile

import pytest

from geo.land.dossiers import COLUMNS
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import property_names
from tests.test_api.helpers import Api
from tests.test_handouts.conftest import FULL, PERSON, PLANNED, SECRET
from tests.test_handouts.helpers import EXPOSE, Pdf

HIDDEN = (SECRET, PERSON, "erika@example.org", "987654", "987.654", "04.03.2024", "2024-03-04", "4 Mar 2024")
"""A note, a contact, a source, a person, the price of a sale, and when the plot was last checked."""
FILES = [
    (EXPOSE.format(FULL), {"lang": "de"}),
    (EXPOSE.format(FULL), {"lang": "en"}),
    (EXPOSE.format(PLANNED), {"not_on_offer": "include"}),
    ("/api/shortlist", {"plots": f"{FULL},{PLANNED}", "f": "pdf", "not_on_offer": "include"}),
    ("/api/shortlist", {"plots": f"{FULL},{PLANNED}", "f": "xlsx", "not_on_offer": "include"}),
]


def everything(content: bytes) -> bytes:
    """Return the whole content of a file, decompressed."""
    if content.startswith(b"%PDF"):
        return Pdf(content).everything()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize(("url", "parameters"), FILES)
def test_no_byte_contains_what_is_not_public_even_for_an_editor(
    internal: Api, editor: dict[str, str], url: str, parameters: dict[str, str]
) -> None:
    response = internal.request("GET", url, params=parameters, headers=editor)
    assert response.status_code == 200, response.text
    found = everything(response.content)
    for hidden in HIDDEN:
        assert hidden.encode() not in found
        assert hidden.encode("utf-16-be") not in found


def test_the_editor_does_see_the_hidden_values(internal: Api, editor: dict[str, str]) -> None:
    for layer in ("plots", "parties", "transactions", "plot_restrictions"):
        text = internal.request("GET", f"/api/collections/{layer}/items", headers=editor).text
        assert any(hidden in text for hidden in HIDDEN)


def test_a_dossier_has_the_public_columns_of_the_registry_and_no_others() -> None:
    assert property_names(LAYERS["plots"], Audience.PUBLIC) == COLUMNS
