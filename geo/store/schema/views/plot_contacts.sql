-- The contact persons who are made public. Created in both schemas, flurwerk and as_of.

create view plot_contacts as
select
    id as contact,
    name as contact_person_name,
    job_title as contact_person_function,
    phone as contact_person_phone,
    email as contact_person_email
from contacts
where is_public;
