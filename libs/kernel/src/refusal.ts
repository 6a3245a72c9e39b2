import { type RefusalCode, refusals } from '@matinee/contracts'

export interface RefusalDetails extends ErrorOptions {
  /** Which fields are wrong, and why. Shown to the caller. */
  readonly fields?: readonly { readonly field: string; readonly message: string }[]
  /** When to try again. */
  readonly retryAfterMs?: number
}

/**
 * An expected “no” that the caller may see. Anything else that is thrown is a
 * bug: logged whole, and shown as `internal`.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly fields: RefusalDetails['fields']
  readonly retryAfterMs: number | undefined

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(refusals[code].message, details)
    this.code = code
    this.fields = details.fields
    this.retryAfterMs = details.retryAfterMs
  }
}
