"""The service as it runs: real processes, real servers, pulled down in the middle of work."""
