-- Search: texts as they are compared, and indexes over them where there are many.

create extension if not exists pg_trgm with schema public;

set local search_path = flurwerk, public;


create function search_text(parts text[]) returns text
language sql immutable parallel safe strict
begin atomic
    -- Each word begins behind a blank. Hörde, HOERDE and Horde are one, and so are Straße and Str.
    select ' ' || btrim(regexp_replace(
        replace(replace(replace(replace(replace(replace(
            translate(
                lower(array_to_string(parts, ' ')),
                'ÄÖÜäöüàáâãåæçèéêëìíîïñòóôõøùúûýÿąćčęěłńňřśšůźżž',
                'aouaouaaaaaaceeeeiiiinooooouuuyyacceelnnrssuzzz'
            ),
            'ẞ', 'ss'), 'ß', 'ss'), 'ae', 'a'), 'oe', 'o'), 'ue', 'u'), 'strasse', 'str'),
        '[^a-z0-9]+', ' ', 'g'
    ));
end;
comment on function search_text is 'Texts as the search compares them: small letters without accents, digits, single blanks';

create index plots_search on plots using gin (search_text(array[name, address] || parcels) gin_trgm_ops);
create index properties_search on properties using gin (search_text(array[name, address]) gin_trgm_ops);
create index inquiries_search on inquiries using gin (search_text(array[number]) gin_trgm_ops);
