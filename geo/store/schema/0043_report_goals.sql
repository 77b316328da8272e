-- The goals that the report's lines serve are the agency's: its profile names them, and `migrate` writes them here.

set local search_path = flurwerk, public;


create table report_goals (
    key text primary key
);
comment on table report_goals is 'The keys of the goals that the profile names, written on every migrate';
insert into report_goals
values ('1'), ('2'), ('3');

-- Its name stays that of the rule, which a trigger checks from now on.
alter table manual_indicators drop constraint manual_indicators_goals_known;

create function refuse_unknown_goal() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
begin
    if new.goals <> '{}' and new.goals <@ (select array_agg(key) from report_goals) then
        return null;
    end if;
    raise exception using
        errcode = 'check_violation',
        constraint = 'manual_indicators_goals_known',
        schema = tg_table_schema,
        table = tg_table_name,
        column = 'goals',
        message = format('%s are not all goals', new.goals);
end
$$;
comment on function refuse_unknown_goal is 'Row trigger: an indicator serves goals that the profile names, or none';

create trigger refuse_unknown_goal after insert or update of goals on manual_indicators
for each row
when (new.goals is not null)
execute function refuse_unknown_goal();
