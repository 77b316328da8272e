-- What becomes of deleted attachments and memos: back with their record where its deletion is undone, and gone for good later.

set local search_path = flurwerk, public;


create function restore_belongings() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    column_of_record constant text := tg_argv[0];
    restored text;
begin
    foreach restored in array array['attachments', 'memos'] loop
        execute format(
            'insert into flurwerk.%1$I (%2$s)
             overriding system value
             select %3$s
             from new_rows as n
             cross join lateral (
                 select r.ended_xid, r.recorded_until
                 from flurwerk_history.%4$I as r
                 where r.id = n.id
                   and r.operation = ''delete''
                 order by r.recorded_until desc
                 limit 1
             ) as deletion
             join flurwerk_history.%1$I as h
                 on h.%5$I = n.id
                 and h.operation = ''delete''
                 and h.ended_xid = deletion.ended_xid
                 and h.recorded_until >= deletion.recorded_until - interval ''1 second''
             where not exists (select from flurwerk.%1$I as present where present.id = h.id)
               %6$s',
            restored,
            flurwerk.columns_of(format('flurwerk.%I', restored)::regclass),
            (
                select string_agg('h.' || quote_ident(attname), ', ' order by attnum)
                from pg_attribute
                where attrelid = format('flurwerk.%I', restored)::regclass
                  and attnum > 0
                  and not attisdropped
            ),
            tg_table_name,
            column_of_record,
            case restored
                when 'attachments' then 'and exists (select from flurwerk.attachment_contents as c where c.sha256 = h.sha256)'
                else 'and h.text <> '''''
            end
        );
    end loop;
    return null;
end
$$;
comment on function restore_belongings is
    'Statement trigger: attachments and memos that went with a record come back with it, except for what was purged since';

create trigger restore_belongings after insert on plots
referencing new table as new_rows
for each statement execute function restore_belongings('plot');
create trigger restore_belongings after insert on properties
referencing new table as new_rows
for each statement execute function restore_belongings('property');
create trigger restore_belongings after insert on inquiries
referencing new table as new_rows
for each statement execute function restore_belongings('inquiry');
create trigger restore_belongings after insert on mobile_requests
referencing new table as new_rows
for each statement execute function restore_belongings('mobile_request');

create index on flurwerk_history.attachments (sha256);
create index on flurwerk_history.attachments (plot) where operation = 'delete';
create index on flurwerk_history.attachments (property) where operation = 'delete';
create index on flurwerk_history.attachments (inquiry) where operation = 'delete';
create index on flurwerk_history.attachments (mobile_request) where operation = 'delete';
create index on flurwerk_history.memos (plot) where operation = 'delete';
create index on flurwerk_history.memos (property) where operation = 'delete';
create index on flurwerk_history.memos (inquiry) where operation = 'delete';
create index on flurwerk_history.memos (mobile_request) where operation = 'delete';


create function purge_deleted(kept interval, out contents bigint, out texts bigint)
language plpgsql
set search_path = flurwerk, pg_temp as $$
declare
    before constant timestamptz := clock_timestamp() - kept;
begin
    delete from attachment_contents as c
    where c.stored_at < before
      and not exists (select from attachments as a where a.sha256 = c.sha256)
      and not exists (
          select from flurwerk_history.attachments as h where h.sha256 = c.sha256 and h.recorded_until >= before
      );
    get diagnostics contents = row_count;
    -- Who did what and when stays.
    with emptied as (
        update flurwerk_history.attachments
        set caption = null, note = null, file_name = ''
        where recorded_until < before
          and (caption is not null or note is not null or file_name <> '')
        returning 1
    ),
    emptied_memos as (
        update flurwerk_history.memos
        set text = '', note = null
        where recorded_until < before
          and (text <> '' or note is not null)
        returning 1
    )
    select (select count(*) from emptied) + (select count(*) from emptied_memos)
    into texts;
end
$$;
comment on function purge_deleted is
    'Deletes the contents of attachments, and empties the texts of earlier versions of attachments and memos, that were deleted '
    'or replaced longer ago than this; returns how many. For the owner only';
