"""Facts for people and machines: one card a fact."""
