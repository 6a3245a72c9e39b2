export const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Of an even count the lower of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}

/** Each process's share in a few words, the largest first; what is below `least` is left out. */
export const inWords = (parts: Readonly<Record<string, number>>, least: number, digits = 2): string =>
  Object.entries(parts)
    .sort(([, one], [, other]) => other - one)
    .filter(([, amount]) => amount >= least)
    .map(([name, amount]) => `${name} ${amount.toFixed(digits)}`)
    .join(', ')

/** A table as plain text: the first column to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
