"""Between rows and the values of the ports, noun by noun, in the order of the tables' columns."""
