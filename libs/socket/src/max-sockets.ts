import { readFileSync } from 'node:fs'

/** How many sockets are taken where nobody says what the process may open. */
export const usualMaxSockets = 16_000

/**
 * How many client sockets fit under the limit of open files, which `limits` tells as Linux does (`/proc/self/limits`): an eighth
 * of it, 40 at least and 2,000 at most, is left for requests, links, stores, and for saying no.
 */
export function socketsThatFit(limits: string | undefined): number {
  const files = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? '')?.[1]
  if (files === undefined || files === 'unlimited') return usualMaxSockets
  const reserve = Math.min(2_000, Math.max(40, Math.floor(Number(files) / 8)))
  return Math.max(1, Number(files) - reserve)
}

/** What Linux tells of this process's limits; undefined elsewhere. */
export function ownLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    // Not on Linux: it has no such file.
    return undefined
  }
}
