-- Rooms and companies: properties, brokerages, office take-ups, settlements.

set local search_path = flurwerk, public;


create table properties (
    like record including all,
    name text not null,
    address text,
    use text check (use in ('office', 'hall', 'retail', 'mixed')),
    ownership text check (ownership in ('public', 'private')),
    area_m2 numeric(12, 2),
    height_m numeric(6, 2),
    vacant_since date,
    withdrawn_on date,
    geom geometry(Point, 25832) not null,
    constraint properties_area_m2_positive check (area_m2 > 0 and area_m2 < 'NaN'),
    constraint properties_height_m_positive check (height_m > 0 and height_m < 'NaN'),
    constraint properties_not_future check (
        greatest(vacant_since, withdrawn_on) <= today()
        and least(vacant_since, withdrawn_on) >= '1900-01-01'
    ),
    constraint properties_geom_not_empty check (not st_isempty(geom))
);
create index on properties using gist (geom);
call place('properties', 'point');
call track('properties');


create table brokerages (
    like record including all,
    property bigint not null references properties,
    inquiry bigint references inquiries,
    party bigint references parties on delete set null,
    kind text not null check (kind in ('sale', 'lease')),
    area_m2 numeric(12, 2),
    agreed_on date not null,
    cancelled_on date,
    constraint brokerages_area_m2_positive check (area_m2 > 0 and area_m2 < 'NaN'),
    constraint brokerages_not_future check (
        greatest(agreed_on, cancelled_on) <= today()
        and least(agreed_on, cancelled_on) >= '1900-01-01'
    )
);
create index on brokerages (agreed_on);
create index on brokerages (property);
create index on brokerages (inquiry);
create index on brokerages (party);
call track('brokerages');


create table office_takeups (
    like record including all,
    kind text not null check (kind in ('lease', 'sublease', 'owner_purchase', 'owner_construction', 'renewal')),
    area_m2 numeric(12, 2) not null,
    added_m2 numeric(12, 2),
    district text,
    agreed_on date not null,
    cancelled_on date,
    geom geometry(Point, 25832),
    constraint office_takeups_area_m2_positive check (area_m2 > 0 and area_m2 < 'NaN'),
    constraint office_takeups_added_m2_range check (added_m2 >= 0 and added_m2 <= area_m2),
    constraint office_takeups_added_renewal check (added_m2 is null or kind = 'renewal'),
    constraint office_takeups_not_future check (
        greatest(agreed_on, cancelled_on) <= today()
        and least(agreed_on, cancelled_on) >= '1900-01-01'
    ),
    constraint office_takeups_geom_not_empty check (not st_isempty(geom))
);
create index on office_takeups (agreed_on);
create index on office_takeups using gist (geom);
call place('office_takeups', 'point');

-- A take-up without a point is placed by the name of its district.
create function place_by_name() returns trigger
language plpgsql as $$
begin
    new.district_key := (select key from flurwerk.districts where kind = 'district' and name = new.district);
    if new.district is not null and new.district_key is null then
        raise exception using
            errcode = 'check_violation',
            constraint = 'office_takeups_district_known',
            table = tg_table_name,
            column = 'district',
            message = format('there is no district %L', new.district);
    end if;
    return new;
end
$$;
drop trigger place_none on office_takeups;
create trigger place_by_name before insert or update of geom, district, district_key on office_takeups
for each row when (new.geom is null) execute function place_by_name();
call track('office_takeups');


create table settlements (
    like record including all,
    industrial_area bigint not null references industrial_areas,
    party bigint references parties on delete set null,
    jobs integer,
    settled_on date,
    left_on date,
    settled_reached_on date generated always as (coalesce(settled_on, left_on)) stored,
    constraint settlements_jobs_not_negative check (jobs >= 0),
    constraint settlements_lifecycle_order check (settled_on <= left_on),
    constraint settlements_not_future check (
        greatest(settled_on, left_on) <= today()
        and least(settled_on, left_on) >= '1900-01-01'
    )
);
create index on settlements (settled_reached_on);
create index on settlements (industrial_area);
create index on settlements (party);
call track('settlements');
