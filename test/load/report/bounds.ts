/** What the bounds hold for: the others are there to be compared with. */
const isMatinee = (system: string) => system.startsWith('matinee')

/** What a system's line says of a figure that Matinee promises: nothing where it keeps to it. */
export const overBound = (system: string, figure: number, bound: number): string =>
  isMatinee(system) && !(figure <= bound) ? 'over its bound' : ''
