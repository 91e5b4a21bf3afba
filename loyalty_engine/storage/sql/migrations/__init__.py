"""Schema changes, one revision a file, applied by `loyalty_engine.storage.sql.migrate`."""
