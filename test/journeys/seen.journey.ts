import { expect } from 'bun:test'
import { SQL } from 'bun'
import type { Journey } from '../support/journey'
import { until } from '../support/until'

// Told every 15 s, unless configured otherwise.
const patience = { withinMs: 40_000, everyMs: 250 }
const longAgoMs = 1_000_000_000_000

export function seen(journey: Journey): void {
  journey('who watches shows: viewer counts, last_heartbeat, last_seen', async ({ account, guest, stack }) => {
    const [ana, ben] = [await account('Ana'), await guest('Ben')]
    const name = `Seen ${ana.id.slice(0, 8)}`
    const { room_code: code } = await ana.create({ name })
    // Kept to the minute, and both have only just come.
    await using auth = new SQL({ url: stack.authDatabaseUrl, max: 1 })
    // Matinee writes to the same file.
    if (stack.authDatabaseUrl.startsWith('sqlite:')) await auth.unsafe('pragma busy_timeout = 5000')
    await auth`update users set last_seen_at_ms = ${longAgoMs} where id in ${auth([ana.id, ben.id])}`

    await ana.enter(code)
    await ben.join(code)

    await until(async () => (await ana.http.list(name)).rooms[0]?.viewers === 2, patience)
    await until(async () => {
      const { participants } = await ana.http.participants(ana.token, code)
      return participants.length === 2 && participants.every(({ last_heartbeat_ms: lastMs }) => Date.now() - (lastMs ?? 0) < 60_000)
    }, patience)
    await until(async () => {
      const users = await auth`select last_seen_at_ms from users where id in ${auth([ana.id, ben.id])}`
      return (
        users.length === 2 &&
        users.every(({ last_seen_at_ms: lastMs }: { last_seen_at_ms: unknown }) => Date.now() - Number(lastMs) < 60_000)
      )
    }, patience)
    expect((await ana.http.participants(ana.token, code)).participants.map(({ user }) => user.id).sort()).toEqual([ana.id, ben.id].sort())
  })
}
