"""Causerie measured against its peers and its own marks, in one run: `bin/bench`."""
