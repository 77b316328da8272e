-- The zonings of plots that admit a business that wants a certain zoning: this one, and others that building law admits.
-- A rule, stored as data. Commercial land in the land-use plan (G) may become any commercial or industrial area.

create view admitted_zonings as
select wanted, zoning
from (
    values
        ('GE', 'GE'),
        ('GE', 'G'),
        -- A business with low emissions may settle where higher emissions are allowed.
        ('GEe', 'GEe'),
        ('GEe', 'GE'),
        ('GEe', 'G'),
        ('GI', 'GI'),
        ('GI', 'G'),
        ('G', 'G'),
        ('G', 'GE'),
        ('G', 'GEe'),
        ('G', 'GI'),
        ('SO', 'SO'),
        ('MI', 'MI'),
        ('MI', 'MU'),
        ('MU', 'MU'),
        ('MU', 'MI'),
        ('MK', 'MK'),
        ('par34', 'par34')
) as admitted (wanted, zoning);
