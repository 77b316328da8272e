"""Routes of commercial land: supply, demand, matching, surroundings, hand-outs and cutting plots."""
