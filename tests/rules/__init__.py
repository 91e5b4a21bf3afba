"""The programmes that come with the engine: their files, and what is written about them."""
