-- Reverses a load: what it inserted is deleted, what it updated or deleted gets the version that it ended.
with written as (
    {written}
),
ended as (
    {ended}
)
merge into {table} as t
using (
    select 'restore' as action, {ended_columns}
    from ended as e
    union all
    select 'delete', {written_columns}
    from written as w
    where w.id not in (select id from ended)
    -- Deletes come first, to free unique keys.
    order by action
) as o on o.id = t.id
when matched and o.action = 'delete' then delete
when matched then update set {assignments}
when not matched then
    insert ({columns})
    overriding system value
    values ({values})
