"""Full-text search in the names of places, plots, inquiries and trenches.

Every word of the search must be found, at the beginning of a word or, from three letters on, within one; umlauts and ß
may be written as ae, ss and so on, or without dots. If there are too few hits, similar words match as well. Exact
matches are listed first, then texts that begin with the search, then texts that contain it (for the comparison of
texts, see geo/store/schema/0018_search.sql).
"""

from geo.records.search.searched import SEARCHED_LAYERS, Hit, SearchedLayer, single
from geo.records.search.searching import choices, search

__all__ = ["SEARCHED_LAYERS", "Hit", "SearchedLayer", "choices", "search", "single"]
