"""Roles, their audiences, and the caller of a request."""

from dataclasses import dataclass
from enum import StrEnum

from geo.records.layers import LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import sees


class Role(StrEnum):
    """What a caller may do. Each role includes the rights of the ones before it."""

    PUBLIC = "public"
    """Sees the public columns of the published layers."""
    READER = "reader"
    """Sees all columns except personal ones."""
    EDITOR = "editor"
    """Sees everything and writes."""
    ADMIN = "admin"
    """Also manages access tokens."""

    @property
    def login(self) -> str:
        """The database login that the service uses for callers of this role. It has no rights of its own."""
        return f"flurwerk_{self.value}"

    @property
    def group(self) -> str:
        """The database role, without login, that has the rights. The service's login and people are its members."""
        return group_of(self.login)


def group_of(login: str) -> str:
    """Return the database role whose rights one of the service's logins has."""
    return f"{login}_rights"


TILE_LOGIN = "flurwerk_tiles"
"""The database login that caches drawn tiles for all callers. It reads no records and belongs to no role."""

LOGINS = (*(role.login for role in Role), TILE_LOGIN)
GROUPS = tuple(map(group_of, LOGINS))
"""The service's database logins and, in the same order, the roles that have the rights."""

AUDIENCES = {
    Role.PUBLIC: Audience.PUBLIC,
    Role.READER: Audience.INTERNAL,
    Role.EDITOR: Audience.PERSONAL,
    Role.ADMIN: Audience.PERSONAL,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request.

    ``name`` is None if the caller has not signed in. ``layers`` are the layers to which the role applies (None: all);
    of the others the caller sees what the public sees.
    """

    role: Role
    name: str | None = None
    layers: frozenset[str] | None = None

    @property
    def audience(self) -> Audience:
        """The audience that the role belongs to, regardless of ``layers``."""
        return AUDIENCES[self.role]

    @property
    def may_edit(self) -> bool:
        """Whether the role may write at all."""
        return self.role in (Role.EDITOR, Role.ADMIN)

    def audience_of(self, *layers: str) -> Audience:
        """Return the audience for these layers together: the public, unless the role applies to all of them.

        Of a layer that the agency does not keep, nobody sees more than the public.
        """
        is_within = (self.layers is None or self.layers.issuperset(layers)) and are_kept(*layers)
        return self.audience if is_within else Audience.PUBLIC

    def sees(self, layer: Layer) -> bool:
        """Whether the caller sees records of the layer at all."""
        return sees(self.audience_of(layer.key), layer)

    def visible_layers(self) -> list[Layer]:
        """Return the layers whose records the caller sees, in the registry's order.

        If the role applies to some layers only, they lack the columns that disclose others.
        """
        seen = [layer for layer in LAYERS.values() if self.sees(layer)]
        return seen if self.layers is None else [layer.limited_to(self.layers) for layer in seen]
