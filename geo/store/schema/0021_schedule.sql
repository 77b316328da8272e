-- What falls due for a half-year's report without anybody asking, and what came of it.

set local search_path = flurwerk, public;


create table report_duties (
    duty text not null,
    period text not null,
    due_on date not null,
    outcome text not null,
    detail jsonb not null,
    looked_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    constraint report_duties_pkey primary key (period, duty),
    constraint report_duties_duty_known check (duty in ('draft', 'figures')),
    constraint report_duties_outcome_known check (outcome in ('done', 'missing', 'failed')),
    constraint report_duties_period_form check (period ~ '^\d{4}-H[12]$'),
    constraint report_duties_done_when_done check ((outcome = 'done') = (done_at is not null))
);
comment on table report_duties is 'What flurwerk report --due found and did; a draft that is done is not made again';
comment on column report_duties.detail is
    'files: those of the draft; missing: the figures that are, each with product, label, period; error: why it failed';
comment on column report_duties.looked_at is 'When it was looked after last, whatever came of it';

create function schedule_lock() returns bigint
language sql immutable
return 4715;
comment on function schedule_lock is 'Key of the advisory lock under which one run after the other does what is due';
