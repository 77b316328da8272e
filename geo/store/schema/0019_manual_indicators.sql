-- The other teams' indicators: described and reported by people, for the same table of the report.

set local search_path = flurwerk, public;


create table computed_indicators (
    key text primary key,
    label text not null,
    label_en text not null
);
comment on table computed_indicators is
    'The indicators that the records produce, written from the registry on every migrate; a family by its first part';


create table manual_indicators (
    like record including all,
    key text not null,
    position integer not null,
    area text not null,
    product text not null,
    label text not null,
    label_en text,
    unit text,
    decimals integer not null default 0,
    goals text[],
    annual boolean not null default false,
    constraint manual_indicators_key_unique unique (key),
    constraint manual_indicators_key_form check (key ~ '^[a-z][a-z0-9_]*$'),
    constraint manual_indicators_position_positive check (position > 0),
    constraint manual_indicators_decimals_few check (decimals between 0 and 6),
    constraint manual_indicators_goals_known check (goals <@ '{1,2,3}' and cardinality(goals) > 0)
);
comment on column manual_indicators.annual is 'It has a target and an actual of the year only, none of half-years';

create function refuse_computed_indicator() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    computed text := (
        select c.key
        from computed_indicators as c
        where c.key = new.key
           or lower(btrim(new.label)) in (lower(c.label), lower(c.label_en))
        limit 1
    );
begin
    if computed is not null then
        raise exception using
            errcode = 'check_violation',
            constraint = 'manual_indicators_not_computed',
            schema = tg_table_schema,
            table = tg_table_name,
            column = case when computed = new.key then 'key' else 'label' end,
            message = format('%L is computed from records', computed);
    end if;
    return null;
end
$$;
comment on function refuse_computed_indicator is 'Row trigger: a figure that the records can produce cannot be typed';

create trigger refuse_computed after insert or update on manual_indicators
for each row execute function refuse_computed_indicator();

call track('manual_indicators');


create table manual_actuals (
    like record including all,
    indicator bigint not null references manual_indicators,
    period text not null,
    value numeric,
    text text,
    constraint manual_actuals_indicator_period unique (indicator, period),
    constraint manual_actuals_period_form check (period ~ '^\d{4}(-H[12]|-Q[1-4]|-(0[1-9]|1[0-2]))?$'),
    constraint manual_actuals_value_finite check (value > '-Infinity' and value < 'Infinity'),
    constraint manual_actuals_value_or_text check (num_nonnulls(value, text) = 1)
);
comment on column manual_actuals.text is 'What is printed instead of a number, such as “in progress”';

call track('manual_actuals');
