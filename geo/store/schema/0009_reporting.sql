-- What people set for the report: targets and remarks. Both are stored per period, never derived.

set local search_path = flurwerk, public;


create table targets (
    like record including all,
    kpi text not null,
    period text not null,
    value numeric not null,
    constraint targets_kpi_period unique (kpi, period),
    constraint targets_kpi_form check (kpi ~ '^[a-z][a-z0-9_]*(:[a-z0-9][a-z0-9-]*)?$'),
    constraint targets_period_form check (period ~ '^\d{4}(-H[12]|-Q[1-4]|-(0[1-9]|1[0-2]))?$'),
    constraint targets_value_not_negative check (value >= 0 and value < 'NaN')
);
call track('targets');


create table remarks (
    like record including all,
    kpi text not null,
    period text not null,
    text text not null,
    constraint remarks_kpi_period unique (kpi, period),
    constraint remarks_kpi_form check (kpi ~ '^[a-z][a-z0-9_]*(:[a-z0-9][a-z0-9-]*)?$'),
    constraint remarks_period_form check (period ~ '^\d{4}(-H[12]|-Q[1-4]|-(0[1-9]|1[0-2]))?$')
);
call track('remarks');
