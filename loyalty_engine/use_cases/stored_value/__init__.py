"""Gift cards and store credit: made, loaded, held, paid with, given back."""
