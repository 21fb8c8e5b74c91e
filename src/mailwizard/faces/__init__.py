"""What the two faces of the wizard share: one run's memory, the words, what can be done next. Nothing of it draws."""
