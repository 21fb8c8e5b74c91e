"""The parts of the screens, one widget a file; each shows what it is given and posts messages upward."""
