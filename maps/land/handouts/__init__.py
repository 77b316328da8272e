"""Hand-outs: a plot's exposé, and shortlists of plots, as PDF (typeset by Typst) and XLSX, in German and English.

They are made in a separate process (``python -m maps.land.handouts``) without access to the database: it receives a
dossier, which holds public columns only, and returns a file. It imports only what the form needs, to start quickly.
"""
