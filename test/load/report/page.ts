import { floor } from '../systems/catalogue'
import { table } from './numbers'

/** What a page shows of every system. */
export interface PageParts<Figures> {
  readonly title: string
  readonly head: readonly string[]
  readonly figures: ReadonlyMap<string, Figures>
  /** The system's line in the table, after its name. */
  readonly cells: (its: Figures, name: string) => readonly string[]
  /** What is said of its processes below; of the floor, which is one, nothing. */
  readonly words: (its: Figures) => string
}

/** A shape's figures as plain text: a table, and below it what there is to say of each system. */
export function page<Figures>({ title, head, figures, cells, words }: PageParts<Figures>): string {
  const all = [...figures]
  const rows = all.map(([name, its]) => [name, ...cells(its, name)])
  const below = all.filter(([name]) => name !== floor).map(([name, its]) => `${name}: ${words(its)}`)
  return [title, table([['', ...head], ...rows]), ...below, ''].join('\n')
}
