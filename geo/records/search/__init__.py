"""The search: what people type, against the names of places, plots, inquiries and trenches.

Every word typed has to be found, at the beginning of a word or within one; umlauts and ß may be written out or left
out. Where too little is found so, words that look alike are taken, too. What is found exactly comes first, then what
begins like that, then what has it further behind (geo/store/schema/0018_search.sql says how texts are compared).
"""

from geo.records.search.searched import SEARCHED, Hit, Searched
from geo.records.search.searching import search

__all__ = ["SEARCHED", "Hit", "Searched", "search"]
