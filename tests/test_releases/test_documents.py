"""Published documents remain readable for ever: add one whenever the format changes, and never change one."""

from pathlib import Path

import pytest

from geo.figures.releases.verifying import facts
from geo.figures.report.document import report_of

DOCUMENTS = sorted(Path(__file__).with_name("documents").glob("*.json"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_format_ever_published_is_still_read(path: Path) -> None:
    report = report_of(path.read_bytes())
    assert report.line("public_land_m2").cells[-1].exact == 0
    assert [correction.exact for correction in report.corrections] == [40, 1]
    assert all(definition.indicator().key == key for key, definition in report.definitions.items())
    assert len(facts(report)) > 100
