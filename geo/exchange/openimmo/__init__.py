"""OpenImmo 1.2.7b: plots and properties on offer for real-estate portals; their feedback 1.2.5 as inquiries.

The order of elements is that of the association's schema. The schema itself is not part of Flurwerk: its licence is
unclear.
"""
