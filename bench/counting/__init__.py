"""The parts of bench/kpis.py."""
