"""Models made from labelled articles and from decisions, and whether they are better."""
