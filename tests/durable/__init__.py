"""What is kept survives: every system call of a save is made to fail, and every moment is made the last."""
