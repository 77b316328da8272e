"""Documents that present figures."""
