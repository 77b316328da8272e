"""The terms in which access is described."""

from dataclasses import dataclass
from enum import StrEnum

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import sees


class Role(StrEnum):
    """What a caller may do; each includes the ones before it."""

    PUBLIC = "public"
    """Sees the public columns of the published layers."""
    READER = "reader"
    """Sees all but personal columns."""
    EDITOR = "editor"
    """Sees everything and writes."""
    ADMIN = "admin"
    """Lets people in, besides."""

    @property
    def login(self) -> str:
        """The database login as which the service works for callers of this role."""
        return f"flurwerk_{self.value}"


TILE_LOGIN = "flurwerk_tiles"
"""The database login that keeps drawn tiles for all callers, and reads no records. No caller's role has it."""

AUDIENCES = {
    Role.PUBLIC: Audience.PUBLIC,
    Role.READER: Audience.INTERNAL,
    Role.EDITOR: Audience.PERSONAL,
    Role.ADMIN: Audience.PERSONAL,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: as which role, under which name, and beyond the public view of which layers.

    ``name`` is None for those who have not signed in; ``layers`` is None where the role holds for all of them.
    """

    role: Role
    name: str | None = None
    layers: frozenset[str] | None = None

    @property
    def audience(self) -> Audience:
        """The widest audience that the role makes of a caller."""
        return AUDIENCES[self.role]

    @property
    def may_edit(self) -> bool:
        """Whether the role writes at all."""
        return self.role in (Role.EDITOR, Role.ADMIN)

    def audience_of(self, *layers: str) -> Audience:
        """As whom the caller sees these layers together: as the public, where a token is for others only."""
        is_within = self.layers is None or self.layers.issuperset(layers)
        return self.audience if is_within else Audience.PUBLIC

    def sees(self, layer: Layer) -> bool:
        """Whether the caller sees records of the layer at all."""
        return sees(self.audience_of(layer.key), layer)

    def visible_layers(self) -> list[Layer]:
        """The layers of which the caller sees records, in the registry's order."""
        return [layer for layer in LAYERS.values() if self.sees(layer)]
