"""Examples beside the rules, given and expected, run over the real engine."""
