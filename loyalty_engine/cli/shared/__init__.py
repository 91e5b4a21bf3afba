"""What commands share: the engine opened for them, how errors and tables are told."""
