"""One file for each kind of resource; every module here with `calls` in it is found and served."""
