import type { Writer } from '@matinee/db'
import type { AuthFact } from '../domain/fact'

/** The outbox, as far as the stores need it. */
export interface Facts {
  /** Records a fact inside the transaction that makes it one. */
  record(tx: Writer, fact: AuthFact): Promise<void>
  /** To be called after a commit that recorded facts. */
  published(): void
}
