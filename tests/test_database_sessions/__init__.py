"""How sessions of the database begin: settings, URL parameters, TLS, passwords, poolers."""
