"""What a profile says, section by section. Every key is documented here; `flurwerk init` writes this as comments."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from geo.profile.design import Design
from geo.profile.indicators import Indicators
from geo.profile.levels import STATISTICAL, Level, checked
from geo.profile.modules import Modules
from geo.profile.parts import PartTerms
from geo.profile.section import OneLine, Section, Switch, Whole, Wrong, shaped
from geo.profile.services import Background, Overlay, checked_overlays
from geo.profile.services import checked as checked_backgrounds
from geo.profile.terms import Terms
from geo.profile.whole import WholeKind
from geo.text import Text, joined

State = Literal["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
"""The German states, as ISO 3166-2:DE abbreviates them."""

STATE_OF_KEY: dict[str, State] = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
"""The state that an official municipality key (AGS) begins with, by Destatis's list."""

CATHOLIC_PARTS: tuple[State, ...] = ("BY", "SN", "TH")
"""The states in whose mostly Catholic municipalities a further holiday holds."""

WEB_URL = shaped(
    r"https?://[^\s<>\"']+",
    Text(
        "schreiben Sie eine Adresse, die mit https:// oder http:// beginnt",
        "write an address that begins with https:// or http://",
    ),
)


def _official_key(given: str) -> str:
    if re.fullmatch("[0-9]{5}", given, re.ASCII):
        raise Wrong(
            Text(f"der Schlüssel eines Kreises endet mit 000: {given}000", f"a county's key ends with 000: {given}000")
        )
    if not re.fullmatch("[0-9]{8}", given, re.ASCII):
        raise Wrong(
            Text("schreiben Sie seine acht Ziffern, ohne Leerzeichen", "write its eight digits, without spaces")
        )
    return given


class Place(Section):
    """The city, and how places in it are measured."""

    name: OneLine
    """The name of the city, town, county or region, as titles and texts call it."""

    ags: Annotated[str, AfterValidator(_official_key)]
    """Its official municipality key (AGS) of eight digits; a county's ends with 000."""

    state: State
    """The German state whose public holidays count: BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH."""

    catholic_holidays: Switch = False
    """Whether holidays that hold only in the mostly Catholic municipalities of the state hold here: Mariä Himmelfahrt
    in Bavaria, Fronleichnam in Saxony and Thuringia."""

    crs: Annotated[
        str,
        shaped(
            "EPSG:[1-9][0-9]{3,5}",
            Text("schreiben Sie seinen Code, etwa EPSG:25832", "write its code, such as EPSG:25832"),
        ),
    ]
    """The reference system in which places are stored and lengths and areas measured: EPSG:25832, EPSG:25833 … Any
    projected one in metres. Chosen once: a database keeps the one that it was made with."""

    outline: OneLine | None = None
    """A file in the profile's folder with the area in which records may lie; by default within 20 km of the parts."""

    kind: WholeKind = "city"
    """What texts call the whole: "city" (Stadt), "municipality" (Gemeinde), "county" (Kreis, Landkreis) or "region"."""

    parts: PartTerms = PartTerms()

    @property
    def srid(self) -> int:
        """The number of the reference system."""
        return int(self.crs.removeprefix("EPSG:"))

    @model_validator(mode="after")
    def _key_is_of_the_state(self) -> Self:
        state = STATE_OF_KEY.get(self.ags[:2])
        if state != self.state:
            known = (
                Text(f"der Schlüssel {self.ags} gehört zu {state}", f"the key {self.ags} is one of {state}")
                if state
                else Text(f"kein Schlüssel beginnt mit {self.ags[:2]}", f"no key begins with {self.ags[:2]}")
            )
            raise Wrong(
                joined(Text("ags und state widersprechen sich: ", "ags and state contradict each other: "), known)
            )
        return self

    @model_validator(mode="after")
    def _state_has_them(self) -> Self:
        if self.catholic_holidays and self.state not in CATHOLIC_PARTS:
            raise Wrong(
                Text(
                    f"catholic_holidays: die gibt es nicht in {self.state}, nur in {', '.join(CATHOLIC_PARTS)}",
                    f"catholic_holidays: there are none in {self.state}, only in {', '.join(CATHOLIC_PARTS)}",
                )
            )
        return self


class Publisher(Section):
    """Who publishes the data and the report."""

    name: OneLine
    """The agency's name, as in metadata, attributions, hand-outs and the report."""

    url: Annotated[str, WEB_URL] | None = None
    """Its web site."""


class Report(Section):
    """How the agency reports."""

    rhythm: Literal["quarter", "half-year", "year"] = "half-year"
    """How often a report is published; beside it, each year may have one. The public knows these periods' totals."""


class Land(Section):
    """How the agency markets land."""

    reservation_notice_days: Annotated[Whole, Field(ge=1, le=365)] = 14
    """How many days before its end a reservation is marked as ending soon, at the plot and in the lists."""


class Profile(Indicators):
    """The profile of an agency."""

    place: Place
    publisher: Publisher
    report: Report = Report()
    land: Land = Land()
    design: Design = Design()

    levels: Annotated[tuple[Level, ...], AfterValidator(checked)] = (STATISTICAL,)
    """The levels of parts below the upper one; by default the statistical districts, and none with ``levels = []``."""
    backgrounds: Annotated[tuple[Background, ...], AfterValidator(checked_backgrounds)] = ()
    """The maps of others to choose from as the ground, in tables [[backgrounds]]; none by default."""

    overlays: Annotated[tuple[Overlay, ...], AfterValidator(checked_overlays)] = ()
    """The maps of others that can be laid over it, in tables [[overlays]]; none by default."""

    modules: Modules = Modules()

    terms: Terms = Field(default={})
    """Texts in the agency's own words by their keys, in a table [terms]: layers.plots.title = { de = "Flächen",
    en = "Land" }. ``flurwerk profile terms WORD`` finds the keys of a word. Placeholders such as {period} have to stay.
    "report.target" = "Plan" changes the word in all texts, and so do report.targets (the plural), report.actual,
    report.remark and report.remarks."""

    _folder: Path = PrivateAttr(default=Path())

    @property
    def folder(self) -> Path:
        """The folder in which the files lie that the profile names."""
        return self._folder

    def within(self, folder: Path) -> Self:
        """Return the profile, read from this folder."""
        self._folder = folder
        return self
