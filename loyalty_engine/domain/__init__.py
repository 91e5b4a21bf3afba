"""What a loyalty programme is: pure values and functions, standard library only."""
