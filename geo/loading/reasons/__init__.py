"""What users are told about a delivery, in both languages: one module for each thing that may be wrong or odd."""
