-- The past as a table: what is asked of it is planned as of any other.
--
-- Both halves of the view, what is recorded now and what was, come without a condition of their own, and the conditions
-- stand outside. So PostgreSQL takes the halves for parts of one table: it looks their rows up by index where another
-- table is joined, reads only the columns that are asked for, and shares the work among processes. The instant asked for
-- is read from the setting once a statement, not once a row: it is a text that is parsed.

set local search_path = flurwerk, public;

alter function as_of() parallel safe;

create procedure show_past(tracked text)
language plpgsql as $$
begin
    execute format(
        'create or replace view as_of.%1$I as
         select %2$s
         from (
             select %2$s, timestamptz ''infinity'' as recorded_until from flurwerk.%1$I
             union all
             select %2$s, recorded_until from history.%1$I
         ) as versions
         where recorded_from <= (select flurwerk.as_of())
           and recorded_until > (select flurwerk.as_of())',
        tracked, flurwerk.columns_of(format('flurwerk.%I', tracked)::regclass)
    );
end
$$;
comment on procedure show_past is 'Makes the view in as_of of a table that has a history';

alter procedure track(text) rename to record_history;
comment on procedure record_history is 'The part of track that makes history table, triggers and indexes';

create procedure track(tracked text)
language plpgsql as $$
begin
    call flurwerk.record_history(tracked);
    call flurwerk.show_past(tracked);
end
$$;
comment on procedure track is
    'Makes a table system-versioned: history table, triggers, view in as_of, indexes. Call it again after adding a column';

do $$
declare
    tracked text;
begin
    for tracked in
        select relname
        from pg_class
        where relnamespace = 'history'::regnamespace
          and relkind = 'r'
          and to_regclass(format('as_of.%I', relname)) is not null
        order by 1
    loop
        call flurwerk.show_past(tracked);
    end loop;
end
$$;
