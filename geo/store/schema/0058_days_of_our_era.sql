-- A planned day has a year of four digits, as a day on which something happened has had from the start: programs and file formats
-- know no others, so that one year of five digits or one “infinity” made every file of its layer impossible.

set local search_path = flurwerk, public;

do $$
declare
    planned record;
begin
    for planned in
        select *
        from (
            values
                ('connections', 'due_on'),
                ('expansion_areas', 'due_on'),
                ('inquiries', 'needed_by'),
                ('mobile_requests', 'deadline_on'),
                ('obstructions', 'until_on'),
                ('plots', 'available_from'),
                ('programmes', 'ended_on'),
                ('reservations', 'expires_on'),
                ('transactions', 'ends_on'),
                ('trenches', 'due_on'),
                ('trenches', 'extended_until')
        ) as p (layer, day)
    loop
        -- Not valid: what is stored already is no reason not to upgrade, and is judged when it is changed.
        execute format(
            'alter table %1$I
                 add constraint %3$I check (%2$I between ''1900-01-01'' and ''9999-12-31'') not valid',
            planned.layer, planned.day, format('%s_%s_year', planned.layer, planned.day)
        );
    end loop;
end
$$;
