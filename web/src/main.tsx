void import('./player/controls')
