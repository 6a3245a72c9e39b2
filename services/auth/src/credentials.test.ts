import { expect, test } from 'bun:test'
import { createManualClock, Refusal } from '@matinee/kernel'
import { createCredentials } from './credentials'
import { defaultLoginLimits } from './domain/attempts'
import type { Passwords } from './ports'

const guess = { email: 'ana@example.org', password: 'a password', address: '192.0.2.1' }

interface Setup {
  readonly verify?: () => Promise<boolean>
  readonly allowed?: boolean
  readonly inTurn?: Passwords['inTurn']
}

function setup({ verify = async () => false, allowed = true, inTurn = (work) => work() }: Setup = {}) {
  const calls: string[] = []
  const credentials = createCredentials({
    attempts: {
      async take(keys) {
        calls.push(`take ${keys.map(({ key }) => key).join(' ')}`)
        return allowed ? { allowed } : { allowed, retryAfterMs: 1_000 }
      },
      async giveBack(keys) {
        calls.push(`give back ${keys.length}`)
      },
      async sweep() {},
    },
    passwords: {
      inTurn,
      hash: async () => 'hash',
      verify(_password, hash) {
        calls.push(`verify ${hash}`)
        return verify()
      },
    },
    digest: (text) => `digest(${text})`,
    clock: createManualClock(),
    limits: defaultLoginLimits,
  })
  return { credentials, calls }
}
const counted = 'take login:account:digest(ana@example.org) login:address:192.0.2.1'

test('[AU20] with and without an account there is one count, then one verification, and the same refusal', async () => {
  const [known, unknown] = [setup(), setup()]

  await expect(known.credentials.verify({ ...guess, passwordHash: 'hash' })).rejects.toThrow(new Refusal('invalid_credentials'))
  await expect(unknown.credentials.verify({ ...guess, passwordHash: undefined })).rejects.toThrow(new Refusal('invalid_credentials'))

  expect(known.calls).toEqual([counted, 'verify hash'])
  expect(unknown.calls).toEqual([counted, 'verify undefined'])
})

test('[AU21] an attempt is given back when the password was right', async () => {
  const { credentials, calls } = setup({ verify: async () => true })

  await credentials.verify({ ...guess, passwordHash: 'hash' })

  expect(calls).toEqual([counted, 'verify hash', 'give back 2'])
})

test('[AU21] an attempt is given back when it could not be verified', async () => {
  const { credentials, calls } = setup({ verify: () => Promise.reject(new Refusal('unavailable')) })

  await expect(credentials.verify({ ...guess, passwordHash: 'hash' })).rejects.toThrow(new Refusal('unavailable'))

  expect(calls.at(-1)).toBe('give back 2')
})

test('[AU21] an attempt that waits for its turn is not counted yet, and one that gets none never is', async () => {
  const turn = Promise.withResolvers<void>()
  const waiting = setup({ inTurn: (work) => turn.promise.then(work), verify: async () => true })
  const turnedAway = setup({ inTurn: () => Promise.reject(new Refusal('unavailable')) })

  const verified = waiting.credentials.verify({ ...guess, passwordHash: 'hash' })
  const refused = turnedAway.credentials.verify({ ...guess, passwordHash: 'hash' })

  await expect(refused).rejects.toThrow(new Refusal('unavailable'))
  expect([...waiting.calls, ...turnedAway.calls]).toEqual([])
  turn.resolve()
  await verified
  expect(waiting.calls[0]).toBe(counted)
})

test('[AU22] a refused attempt verifies nothing and says when to come back', async () => {
  const { credentials, calls } = setup({ allowed: false })

  const refused = credentials.verify({ ...guess, passwordHash: 'hash' })

  await expect(refused).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 })
  expect(calls).toEqual([counted])
})
