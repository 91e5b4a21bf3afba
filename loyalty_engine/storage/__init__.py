"""Where the engine keeps things: one SQL storage for SQLite and PostgreSQL."""
