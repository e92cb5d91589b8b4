"""A draft summary made of the article's own sentences and clauses."""
