"""The HTTP service, from the outside: the application with a real engine and database behind it."""
