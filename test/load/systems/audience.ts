import { CreatedRoom, Session } from '@matinee/contracts'
import type * as z from 'zod'
import type { Shape } from '../shapes'

/** How many requests are under way at once. */
const atOnce = 16

/** Guests and public rooms, made through the public HTTP API. Guests are made once, and serve every shape. */
export function createAudience(url: string) {
  const tokens: string[] = []

  async function post(path: string, token: string | undefined, body: unknown): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  const guest = async (_: unknown, place: number) => {
    const session: z.infer<typeof Session> = Session.parse(
      await post('/api/auth/guest/', undefined, { display_name: `Viewer ${place + 1}` }),
    )
    tokens[place] = session.access_token
  }

  return {
    /** Everybody's room code and token, room by room; all have joined. */
    async seat({ rooms, membersPerRoom, name }: Shape) {
      const wanted = rooms * membersPerRoom
      await each(Array.from({ length: wanted }), atOnce, async (_, place) => tokens[place] === undefined && guest(_, place))
      const codes = await Promise.all(
        Array.from({ length: rooms }, async (_, room) => {
          const made = await post('/api/rooms/create/', tokens[room * membersPerRoom], { name: `${name} ${room + 1}` })
          return CreatedRoom.parse(made).room_code
        }),
      )
      const places = Array.from({ length: wanted }, (_, place) => {
        const room = Math.floor(place / membersPerRoom)
        return { room, roomCode: codes[room] ?? '', token: tokens[place] ?? '' }
      })
      await each(places, atOnce, ({ roomCode, token }) => post('/api/rooms/join/', token, { room_code: roomCode }))
      return places
    },
  }
}

async function each<Item>(items: readonly Item[], width: number, work: (item: Item, place: number) => Promise<unknown>): Promise<void> {
  const left = items.entries()
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const [place, item] of left) await work(item, place)
    }),
  )
}
