"""The SQL storage: tables, statements, units of work, migrations."""
