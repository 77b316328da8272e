"""Makes the invented sample data of the model case; `sample_data/generate.py` is the entry point."""
