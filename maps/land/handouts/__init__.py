"""Hand-outs: a plot's exposé, and shortlists of plots, as PDF (set by Typst) and XLSX, in German and English.

They are made by a process of their own (``python -m maps.land.handouts``), which knows nothing of the database: it gets
a dossier, which holds public columns only, and gives back a file. It imports what it needs and no more, since somebody
waits for it.
"""
