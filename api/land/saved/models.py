"""Response and request models of saved searches and shortlists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.service.dependencies import RecordId
from geo.access import Caller
from geo.land.saved.keeping import Kept
from geo.land.saved.searches import Search
from geo.land.saved.shortlists import MOST_PLOTS, Shortlist
from geo.land.watching.members import sight_of

Name = Annotated[str, Field(min_length=1, max_length=1000, description="Up to 100 characters, once for each owner.")]
Shared = Annotated[bool, Field(description="Whether all who can sign in see it, and editors may change it.")]
Filters = Annotated[
    dict[str, str],
    Field(
        max_length=100,
        description="The values by property of plots, as the map's page writes them.",
        examples=[{"status": "available", "remaining_m2": "5000..20000"}],
    ),
]
Plots = Annotated[list[RecordId], Field(max_length=1_000, description="Ids of plots.")]


class KeptOut(BaseModel):
    """Something that people keep under a name."""

    id: int
    name: str
    owner: Annotated[str | None, Field(description="Who saved it; null if they are no longer here.")]
    is_own: bool
    is_shared: bool
    may_change: Annotated[bool, Field(description="Whether the caller may change and delete it.")]
    changed_at: datetime
    changed_by: Annotated[str | None, Field(description="Null if they are no longer here.")]
    etag: Annotated[str, Field(description="Send it as `If-Match`.", examples=['"3"'])]


class FaultOut(BaseModel):
    """A filter that the caller cannot apply."""

    property: str
    label: str
    reason: str


class SearchOut(KeptOut):
    """A saved search."""

    filters: dict[str, str]
    faults: Annotated[list[FaultOut], Field(description="Filters that the caller cannot apply; usable if empty.")]


class SearchesOut(BaseModel):
    """The saved searches that the caller sees, their own first."""

    searches: list[SearchOut]


class SearchIn(BaseModel):
    """A search to be saved."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    filters: Filters
    is_shared: Shared = False


class SearchChange(BaseModel):
    """What is to change of a saved search; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    filters: Filters | None = None
    is_shared: Shared | None = None


class ShortlistOut(KeptOut):
    """A shortlist."""

    plots: Annotated[list[int], Field(description="The ids of its plots in order, as far as the caller sees them.")]


class ShortlistsOut(BaseModel):
    """The shortlists that the caller sees, their own first."""

    shortlists: list[ShortlistOut]


class ShortlistIn(BaseModel):
    """A shortlist to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    plots: Annotated[list[RecordId], Field(max_length=MOST_PLOTS)] = []
    is_shared: Shared = False


class ShortlistChange(BaseModel):
    """What is to change of a shortlist; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    is_shared: Shared | None = None
    plots: Annotated[Plots | None, Field(description="The same plots in another order.")] = None


class PlotsChange(BaseModel):
    """Plots to be added at the end of a shortlist, and plots to be taken off."""

    model_config = ConfigDict(extra="forbid")

    add: Plots = []
    remove: Plots = []


def search_out(found: Search, caller: Caller, language: str) -> SearchOut:
    """Return a saved search as its reader may see it."""
    sight = sight_of(caller)
    layer = sight and sight.layer

    def label(name: str) -> str:
        return layer.column(name).label.in_language(language) if layer and layer.has_column(name) else name

    faults = [
        FaultOut(property=one.property, label=label(one.property), reason=one.reason.in_language(language))
        for one in found.faults
    ]
    return SearchOut(**_kept(found.kept), filters=dict(found.filters), faults=faults)


def shortlist_out(found: Shortlist) -> ShortlistOut:
    """Return a shortlist."""
    return ShortlistOut(**_kept(found.kept), plots=list(found.plots))


def _kept(kept: Kept) -> Mapping[str, Any]:
    names = ("id", "name", "owner", "is_own", "is_shared", "may_change", "changed_at", "changed_by")
    return {name: getattr(kept, name) for name in names} | {"etag": f'"{kept.version}"'}
