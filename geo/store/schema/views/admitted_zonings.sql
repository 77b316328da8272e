-- Which zonings of plots admit a business that asks for one: its own, and what building law admits it in as well.
-- A rule, held as data. Commercial land of the land-use plan (G) may become any commercial or industrial area.

create view admitted_zonings as
select wanted, zoning
from (
    values
        ('GE', 'GE'),
        ('GE', 'G'),
        -- What does not disturb may go where others disturb more.
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
