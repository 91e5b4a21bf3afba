"""One storage for SQLite and PostgreSQL, through SQLAlchemy Core."""
