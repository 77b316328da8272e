"""The ground under the records: the addresses of the map services that the profile names, and asking them."""
