"""The privileges of each role, generated from the layer registry and replayed on every migration.

A database role is either a right or a login. The groups have the privileges and cannot log in; each login of the
service is a member of one group and of nothing else. `set role` within a shared login would not be a barrier, since a
single injected statement could undo it. With separate logins, even a flaw in the code cannot read personal columns or
write anything on behalf of a reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import LiteralString

from psycopg import sql

from geo.access.roles import AUDIENCES, GROUPS, LOGINS, TILE_LOGIN, Role, group_of
from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Audience, Layer
from geo.records.layers.views import PAST_SCHEMAS, RENDITIONS, SCHEMAS, columns_inside, sees
from geo.store.database import AS_RECORDED, HISTORY, NOW, Connection

ACCESS = "flurwerk_access"
GRANTED_SCHEMAS = (NOW, HISTORY, AS_RECORDED, ACCESS, *SCHEMAS.values(), *PAST_SCHEMAS.values())
"""All schemas in which privileges are granted. Privileges that are not granted again on replay are revoked."""

ALL = tuple(Role)
INSIDERS = (Role.READER, Role.EDITOR, Role.ADMIN)
EDITORS = (Role.EDITOR, Role.ADMIN)
ROLES_WITH_COUNTS = tuple(
    role for role in ALL if any(layer.uses_tile_counts_for(AUDIENCES[role]) for layer in LAYERS.values())
)
"""The roles whose tiles are drawn from stored counts."""

OTHER_TABLES: dict[tuple[str, str], Sequence[Role]] = {
    ("public", "flurwerk_migrations"): ALL,
    (NOW, "admitted_zonings"): ALL,
    (NOW, "layer_versions"): ALL,
    (NOW, "place"): ALL,
    (NOW, "layer_sources"): ALL,
    (NOW, "tile_counts"): ROLES_WITH_COUNTS,
    (NOW, "seen_records"): INSIDERS,
    (NOW, "seen_days"): INSIDERS,
    (NOW, "seen_turn"): INSIDERS,
    (NOW, "district_pieces"): INSIDERS,
    (NOW, "part_pieces"): INSIDERS,
    (NOW, "instance"): INSIDERS,
    (NOW, "releases"): INSIDERS,
    (NOW, "former_responsibilities"): INSIDERS,
    (AS_RECORDED, "former_responsibilities"): INSIDERS,
    (NOW, "report_duties"): INSIDERS,
    (NOW, "report_documents"): INSIDERS,
    (NOW, "loads"): INSIDERS,
    (HISTORY, "erasures"): INSIDERS,
}
"""The roles that may read tables other than layers. Lists every such table that the service reads."""

KEPT_BY_PEOPLE: Mapping[str, Sequence[str]] = {
    "saved_searches": ("name", "is_shared", "filters"),
    "shortlists": ("name", "is_shared"),
    "shortlist_plots": ("position",),
    "watchers": ("rights", "cursor", "email", "language", "mailed_event", "sending_event", "message_id", "failure"),
    "watches": ("search_version", "is_behind", "looked_event"),
    "watched_plots": (),
    "watch_events": (),
}
"""What people keep for themselves, whatever their role, and the columns that may be changed."""

HELPER_VIEWS = (
    "admitted_zonings",
    "holding_reservations",
    "land_queue",
    "reservation_states",
    "wanted_land",
    "wanted_plots",
)
"""The views of geo/store/schema/views that belong to no layer. Insiders read their current and recorded versions."""

DEFINER_FUNCTIONS: dict[LiteralString, Sequence[Role]] = {
    "flurwerk_access.sign_in(bytea)": (Role.PUBLIC,),
    "flurwerk_access.start_session(bytea,bytea)": (Role.PUBLIC,),
    "flurwerk_access.resume_session(bytea)": (Role.PUBLIC,),
    "flurwerk_access.end_session(bytea)": (Role.PUBLIC,),
    "flurwerk_access.count_request(bytea,integer)": (Role.PUBLIC,),
    "flurwerk_access.activity_place(text)": INSIDERS,
    "flurwerk_access.read_activity(text,xid8)": INSIDERS,
    "flurwerk_access.claim_key(text,bytea)": EDITORS,
    "flurwerk_access.complete_key(text,text,bigint)": EDITORS,
}
"""The roles that may call functions which run with the owner's privileges (security definer).

All other such functions are reserved for triggers and the owner.
"""

RECORDING = ("recorded_from", "recorded_by", "recorded_xid", "geom_web")
"""The columns that nobody writes: triggers set them, or they are generated from other columns."""

# Functions that run with the caller's privileges confer none, and views, checks and defaults depend on some of them.
GRANT_FUNCTIONS: LiteralString = """
do $$
declare
    callable text;
begin
    revoke execute on all routines in schema flurwerk, flurwerk_access from public;
    for callable in
        select oid::regprocedure::text
        from pg_proc
        where pronamespace = 'flurwerk'::regnamespace
          and prokind = 'f'
          and not prosecdef
          and prorettype <> 'trigger'::regtype
    loop
        execute format('grant execute on function %s to {groups}', callable);
    end loop;
end
$$
"""

# Only the owners of the database and of the schema public can restrict them; otherwise it is left to their owners.
RESTRICT_PUBLIC: LiteralString = """
do $$
begin
    if pg_has_role((select datdba from pg_database where datname = current_database()), 'usage') then
        execute format('revoke temporary on database %I from public', current_database());
        execute format('grant connect on database %I to {groups}', current_database());
        execute format('revoke all on database %I from {logins}', current_database());
        -- Loads stage the rows of a file in temporary tables.
        execute format('grant temporary on database %I to {editors}', current_database());
    end if;
    if pg_has_role((select nspowner from pg_namespace where nspname = 'public'), 'usage') then
        revoke create on schema public from public;
    end if;
end
$$
"""


def grant(connection: Connection) -> None:
    """Grant every group its privileges and revoke all others. The roles and the granted objects must exist."""
    for statement in statements():
        connection.execute(statement)


def statements(layers: Mapping[str, Layer] = LAYERS) -> Iterator[sql.Composed]:
    """Yield the revoke and grant statements in order of execution; nobody may do anything with other layers."""
    groups, logins = (sql.SQL(", ").join(map(sql.Identifier, names)) for names in (GROUPS, LOGINS))
    # Earlier versions granted the privileges to the logins themselves.
    everyone = sql.SQL("{}, {}").format(groups, logins)
    schemas = sql.SQL(", ").join(map(sql.Identifier, GRANTED_SCHEMAS))
    yield sql.SQL(RESTRICT_PUBLIC).format(groups=groups, logins=logins, editors=_groups(EDITORS))
    yield sql.SQL("revoke all on all tables in schema {} from {}, public").format(schemas, everyone)
    yield sql.SQL("revoke all on public.flurwerk_migrations from {}, public").format(everyone)
    yield sql.SQL("revoke all on schema {} from {}, public").format(schemas, everyone)
    yield sql.SQL("revoke all on all routines in schema flurwerk, flurwerk_access from {}").format(everyone)
    yield sql.SQL(GRANT_FUNCTIONS).format(groups=groups)
    yield from _schemas(layers)
    for layer in layers.values():
        yield from _layer(layer)
    yield from _derived(layers)
    for (schema, table), roles in OTHER_TABLES.items():
        yield _select(roles, schema, table)
    for function, roles in DEFINER_FUNCTIONS.items():
        yield sql.SQL("grant execute on function {} to {}").format(sql.SQL(function), _groups(roles))
    yield sql.SQL("grant select, insert, update on flurwerk_access.tokens to {}").format(_groups([Role.ADMIN]))
    yield sql.SQL("grant select, insert, delete on flurwerk.deliveries, flurwerk.delivery_parts to {}").format(
        _groups(EDITORS)
    )
    # Contents are never changed, and deleted by the owner alone (purge_deleted).
    yield sql.SQL("grant select, insert on flurwerk.attachment_contents, flurwerk.attachment_renditions to {}").format(
        _groups(EDITORS)
    )
    # What becomes of them afterwards, triggers note.
    yield sql.SQL("grant insert (bucket, object_key) on flurwerk.stored_objects to {}").format(_groups(EDITORS))
    yield sql.SQL("grant insert, update (undone_at) on flurwerk.loads to {}").format(_groups(EDITORS))
    yield from _kept_by_people()
    yield from _tiles()


def _kept_by_people() -> Iterator[sql.Composed]:
    # Policies show each person their own and what is shared (0055_saved_and_watched.sql).
    for table, changed in KEPT_BY_PEOPLE.items():
        update = sql.SQL(", update ({})").format(sql.SQL(", ").join(map(sql.Identifier, changed)))
        yield sql.SQL("grant select, insert, delete{} on {} to {}").format(
            update if changed else sql.SQL(""), sql.Identifier(ACCESS, table), _groups(INSIDERS)
        )


def _derived(layers: Mapping[str, Layer]) -> Iterator[sql.Composed]:
    views = [view for layer in layers.values() for view in layer.derived_views]
    for name in dict.fromkeys([*(view.name for view in views), *HELPER_VIEWS]):
        for schema in (NOW, AS_RECORDED):
            yield _select(INSIDERS, schema, name)
    # Tables that the database computes are not layers, but the change feed reads when they were computed.
    tables = {dependency.table for view in views for dependency in view.depends_on}
    for table in sorted(tables - layers.keys()):
        yield _select(INSIDERS, NOW, table)


def _tiles() -> Iterator[sql.Composed]:
    # Logins that draw tiles cannot cache them, and the login that caches them cannot read the records behind them.
    group = sql.Identifier(group_of(TILE_LOGIN))
    yield sql.SQL("grant usage on schema flurwerk to {}").format(group)
    yield sql.SQL("grant select on flurwerk.layer_versions, flurwerk.layer_sources to {}").format(group)
    yield sql.SQL("grant select, insert, update, delete on flurwerk.tile_cache to {}").format(group)


def has_personal_columns(layer: Layer) -> bool:
    """Whether a layer has a column that only editors may see."""
    return any(column.audience is Audience.PERSONAL for column in layer.all_columns)


def _schemas(layers: Mapping[str, Layer]) -> Iterator[sql.Composed]:
    for schema, roles in (
        (NOW, ALL),
        (ACCESS, ALL),
        (HISTORY, INSIDERS),
        (AS_RECORDED, INSIDERS),
    ):
        yield sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), _groups(roles))
    for audience, roles in ((Audience.PUBLIC, ALL), (Audience.INTERNAL, INSIDERS), (Audience.PERSONAL, EDITORS)):
        for schema in (SCHEMAS[audience], PAST_SCHEMAS[audience]):
            yield sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), _groups(roles))
        # View by view: an operator's own objects in these schemas must not become readable.
        for layer in layers.values():
            if sees(audience, layer):
                yield _select(roles, SCHEMAS[audience], layer.key)
                yield _select(roles, PAST_SCHEMAS[audience], layer.key)
        yield _select(roles, SCHEMAS[audience], RENDITIONS)


def _layer(layer: Layer) -> Iterator[sql.Composed]:
    yield _select(EDITORS, NOW, layer.key)
    yield _select(EDITORS, AS_RECORDED, layer.key)
    if has_personal_columns(layer):
        shown = columns_inside(layer)
        yield _select([Role.READER], NOW, layer.key, shown)
        yield _select([Role.READER], AS_RECORDED, layer.key, shown)
    else:
        yield _select([Role.READER], NOW, layer.key)
        yield _select([Role.READER], AS_RECORDED, layer.key)
    if layer.keeps_history:
        yield _select(INSIDERS, HISTORY, layer.key)
    written = [*(name for name in COMMON_COLUMNS if name not in RECORDING), *(column.name for column in layer.columns)]
    names = sql.SQL(", ").join(map(sql.Identifier, dict.fromkeys(name for name in written if _is_stored(layer, name))))
    yield sql.SQL("grant delete, insert ({names}), update ({names}) on {table} to {groups}").format(
        names=names, table=sql.Identifier(NOW, layer.key), groups=_groups(EDITORS)
    )
    # Loads give new records their ids before they are inserted, so that rows of a file can refer to each other.
    yield sql.SQL("grant usage on sequence {} to {}").format(
        sql.Identifier(NOW, f"{layer.key}_id_seq"), _groups(EDITORS)
    )


def _is_stored(layer: Layer, name: str) -> bool:
    return layer.geometry is not None or not name.startswith("geom")


def _select(roles: Sequence[Role], schema: str, relation: str, columns: Sequence[str] = ()) -> sql.Composed:
    shown = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("grant select {} on {} to {}").format(
        sql.SQL("({})").format(shown) if columns else sql.SQL(""),
        sql.Identifier(schema, relation),
        _groups(roles),
    )


def _groups(roles: Sequence[Role]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(role.group) for role in roles)
