"""The jobs that are sent to the processes that draw a report's pictures and make its documents."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Report
from geo.periods import parse_period
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.reading import Contributions, Contributor, Found, Outline
from maps.figures.report.writing import Form


@dataclass(frozen=True, slots=True)
class Job:
    """A document to make from a report, with pictures of the places of its figures, or with pictures drawn already.

    Both are empty if the form has no pictures. ``template`` is the path of the agency's own Word template.
    """

    form: Form
    language: str
    agency: str
    report: Report
    places: Found | None
    template: str | None = None
    pictures: Sequence[Illustration] = ()


def dump_job(job: Job) -> bytes:
    """Return the job as JSON (UTF-8)."""
    sent = {
        "form": job.form,
        "language": job.language,
        "agency": job.agency,
        "report": canonical(job.report).decode(),
        "places": _packed(job.places) if job.places else None,
        "template": job.template,
        "pictures": _sendable(job.pictures),
    }
    return json.dumps(sent).encode()


def load_job(sent: bytes) -> Job:
    """Return the job encoded by `dump_job`."""
    found = json.loads(sent)
    report = report_of(found["report"])
    places = _unpacked(found["places"], report) if found["places"] else None
    pictures = _received(found["pictures"])
    return Job(found["form"], found["language"], found["agency"], report, places, found["template"], pictures)


def dump_pictures(pictures: Sequence[Illustration]) -> bytes:
    """Return drawn pictures as JSON (UTF-8)."""
    return json.dumps(_sendable(pictures)).encode()


def load_pictures(sent: bytes) -> list[Illustration]:
    """Return the pictures encoded by `dump_pictures`."""
    return _received(json.loads(sent))


def _sendable(pictures: Sequence[Illustration]) -> list[dict[str, Any]]:
    return [asdict(one) | {"png": b64encode(one.png).decode()} for one in pictures]


def _received(sent: list[dict[str, Any]]) -> list[Illustration]:
    return [Illustration(**{**one, "png": b64decode(one["png"])}) for one in sent]


def _packed(found: Found) -> dict[str, Any]:
    return {
        "districts": [(name, geometry.hex()) for name, geometry in found.districts],
        "areas": [(name, geometry.hex()) for name, geometry in found.areas],
        "counted": {
            key: {
                "total": str(counted.total),
                "parts": {part: str(amount) for part, amount in counted.parts.items()},
                "contributors": [
                    (one.id, str(one.amount), one.geometry.hex(), one.radius_m) for one in counted.contributors
                ],
                "records": counted.records,
                "only_inside": counted.only_inside,
            }
            for key, counted in found.counted.items()
        },
        "level": found.level,
        "part": (found.part.name, found.part.geometry.hex()) if found.part else None,
    }


def _unpacked(sent: dict[str, Any], report: Report) -> Found:
    def outlines(found: list[tuple[str, str]]) -> list[Outline]:
        return [Outline(name, bytes.fromhex(geometry)) for name, geometry in found]

    counted = {
        key: Contributions(
            report.definitions[key].indicator(),
            Decimal(one["total"]),
            {part: Decimal(amount) for part, amount in one["parts"].items()},
            [
                Contributor(number, Decimal(amount), bytes.fromhex(geometry), radius_m)
                for number, amount, geometry, radius_m in one["contributors"]
            ],
            one["records"],
            one["only_inside"],
        )
        for key, one in sent["counted"].items()
    }
    (part,) = outlines([sent["part"]]) if sent["part"] else [None]
    places = outlines(sent["districts"]), outlines(sent["areas"])
    return Found(parse_period(report.period), *places, counted, sent["level"], part)
