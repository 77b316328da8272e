-- Who is looking for land and rooms: parties and their inquiries.

set local search_path = flurwerk, public;


-- The only place for names and contacts of people. It keeps no history, so that they can be erased (Art. 17 GDPR).
create table parties (
    like record including all,
    kind text not null check (kind in ('company', 'person', 'public_body')),
    name text,
    contact_name text,
    email text,
    phone text
);
create trigger begin_recording before insert or update or delete on parties
for each statement execute function begin_recording();
create trigger stamp before insert or update on parties
for each row execute function stamp();
create view as_of.parties as select * from flurwerk.parties;


create table inquiries (
    like record including all,
    number text,
    party bigint references parties on delete set null,
    kind text not null check (kind in ('plot', 'property', 'either')),
    tenure text check (tenure in ('buy', 'ground_lease', 'rent', 'any')),
    use text,
    min_m2 numeric(12, 2),
    max_m2 numeric(12, 2),
    zoning text check (zoning in ('GE', 'GEe', 'GI', 'G', 'SO', 'MI', 'MU', 'MK', 'par34')),
    districts text[],
    near_m numeric(8, 1),
    divisible boolean,
    fibre_required boolean,
    access text check (access in ('motorway', 'rail', 'port', 'none')),
    budget_eur_m2 numeric(10, 2),
    needed_by date,
    duplicate_of bigint references inquiries,
    outcome text check (outcome in ('matched', 'no_site', 'elsewhere', 'withdrawn')),
    received_on date,
    closed_on date,
    received_reached_on date generated always as (coalesce(received_on, closed_on)) stored,
    status text generated always as (case when closed_on is null then 'open' else 'closed' end) stored,
    geom geometry(Point, 25832),
    constraint inquiries_area_positive check (min_m2 > 0 and max_m2 > 0 and max_m2 < 'NaN'),
    constraint inquiries_area_range check (min_m2 <= max_m2),
    constraint inquiries_near_m_positive check (near_m > 0 and near_m < 'NaN'),
    constraint inquiries_budget_eur_m2_positive check (budget_eur_m2 > 0 and budget_eur_m2 < 'NaN'),
    constraint inquiries_not_own_duplicate check (duplicate_of <> id),
    constraint inquiries_lifecycle_order check (received_on <= closed_on),
    constraint inquiries_not_future check (
        greatest(received_on, closed_on) <= today()
        and least(received_on, closed_on) >= '1900-01-01'
    ),
    constraint inquiries_geom_not_empty check (not st_isempty(geom))
);
create index on inquiries (received_reached_on);
create index on inquiries (party);
create index on inquiries (duplicate_of);
create index on inquiries using gist (geom);
call place('inquiries', 'point');
call track('inquiries');
call refuse_duplicate_chains('inquiries');
