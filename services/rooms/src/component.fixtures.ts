import type { Bus } from '@matinee/bus'
import { createMemoryBus } from '@matinee/bus/memory'
import { type Problem, type RefusalCode, RoomsEvent } from '@matinee/contracts'
import { clientAddressHeader, internalSecretHeader } from '@matinee/http'
import { createManualClock, createSeededIds, type Log, silentLog, systemIds } from '@matinee/kernel'
import { tempFolder, until } from '@matinee/test/support'
import { composeRooms, defaultRoomsConfig, type RoomsConfig } from './compose'
import { noonMs } from './domain/domain.fixtures'
import { createIssuer } from './issuer.fixtures'

export const internalSecret = 'a secret of these tests'

export interface SetupOptions {
  readonly config?: Partial<RoomsConfig>
  readonly bus?: Bus
  readonly log?: Log
}

/** The whole service on a database of its own, asked through its public face by people with names. */
export async function setup({ config = {}, log = silentLog, ...options }: SetupOptions = {}) {
  const clock = createManualClock(noonMs)
  const ids = createSeededIds(1)
  const bus = options.bus ?? createMemoryBus({ clock, log })
  const issuer = await createIssuer({ clock, ids: systemIds })
  const databaseUrl = `sqlite:${tempFolder()}/rooms.db`
  const composed = await composeRooms({
    config: { ...defaultRoomsConfig, databaseUrl, internalSecret, ...config },
    bus,
    auth: issuer.upstream,
    log,
    clock,
    ids,
  })

  /** What rooms has announced, once it is at least `count` facts. */
  const events: RoomsEvent[] = []
  const types = RoomsEvent.options.map((option) => option.shape.type.value)
  const handler = async (event: unknown) => void events.push(RoomsEvent.parse(event))
  const following = bus.follow({ stream: 'ROOMS', types, sinceMs: 0, handler })

  /** Somebody with an access token, who asks. */
  function person(name: string, isGuest = true) {
    const bearer = { userId: ids.uuid(), sessionId: ids.uuid(), name, isGuest }
    const token = issuer.sign(bearer)
    return {
      id: bearer.userId,
      sessionId: bearer.sessionId,
      ask: asker(composed.fetch, async () => ({ authorization: `Bearer ${await token}` })),
    }
  }

  return {
    clock,
    ids,
    bus,
    databaseUrl,
    composed,
    person,
    nobody: { ask: asker(composed.fetch, async () => ({})) },
    internal: { ask: asker(composed.internalFetch, async () => ({ [internalSecretHeader]: internalSecret })) },
    announced: async (count: number) => {
      await until(() => events.length >= count)
      return events.map(({ type }) => type.replace('rooms.', ''))
    },
    events,
    async stop() {
      await following.stop()
      await composed.stop()
    },
  }
}
export type Setup = Awaited<ReturnType<typeof setup>>

type Fetch = (request: Request) => Promise<Response>

/** Asks, and reads the answer's body whatever it is: tests look at it field by field. */
const asker = (fetch: Fetch, headers: () => Promise<Readonly<Record<string, string>>>) => {
  return async (method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(
      new Request(`http://rooms${path}`, {
        method,
        headers: { ...(await headers()), ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...more },
        ...(text === undefined ? {} : { body: text }),
      }),
    )
    const answer = await response.text()
    // Any JSON: what it must be is each test's to say.
    return { status: response.status, headers: response.headers, body: answer === '' ? undefined : JSON.parse(answer) }
  }
}
export type Ask = ReturnType<typeof asker>
type Answer = Awaited<ReturnType<Ask>>

/** The refusal in an answer, with its status, for one comparison. */
export const refusal = ({ status, headers, body }: Answer): { status: number; code: RefusalCode; fields?: string[] } => {
  if (headers.get('content-type') !== 'application/problem+json') throw new Error(`not a problem: ${status}`)
  const problem: Problem = body
  return { status, code: problem.code, ...(problem.errors ? { fields: problem.errors.map(({ field }) => field) } : {}) }
}

/** What the gateway adds to say where a client is. */
export const from = (address: string) => ({ [clientAddressHeader]: address, [internalSecretHeader]: internalSecret })
