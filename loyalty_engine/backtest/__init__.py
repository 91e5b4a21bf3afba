"""Two rulebooks over the same past purchases, in memory: what a change would have cost.

A past is sorted by member into files (`past`, `sorting`), each of which worker processes play under
both rulebooks (`side`, over `memory`) by the functions that record real purchases. What they came
to (`figures`) is brought together (`joining`) and told (`telling`, `page`).
"""
