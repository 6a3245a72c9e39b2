enter(KEYS[1], 1)
