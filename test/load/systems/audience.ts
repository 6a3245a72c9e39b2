import { CreatedRoom, Session } from '@matinee/contracts'
import type * as z from 'zod'
import type { Crowd } from '../shapes'

/** How many requests are under way at once. */
const atOnce = 16

export interface Doors {
  readonly authUrl: string
  readonly roomsUrl: string
}

/**
 * Guests and public rooms, made through the public HTTP API, but not through the
 * gateway: what it keeps of so many requests would hide what its sockets take.
 */
export function createAudience({ authUrl, roomsUrl }: Doors) {
  const tokens: string[] = []

  async function post(url: string, token: string | undefined, body: unknown): Promise<unknown> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  const guest = async (_: unknown, place: number) => {
    const session: z.infer<typeof Session> = Session.parse(
      await post(`${authUrl}/api/auth/guest/`, undefined, { display_name: `Viewer ${place + 1}` }),
    )
    tokens[place] = session.access_token
  }

  return {
    /** Everybody's room code and token, room by room; all have joined. */
    async seat({ rooms, membersPerRoom, name }: Crowd) {
      const wanted = rooms * membersPerRoom
      await each(Array.from({ length: wanted }), atOnce, async (_, place) => tokens[place] === undefined && guest(_, place))
      const codes = await Promise.all(
        Array.from({ length: rooms }, async (_, room) => {
          const made = await post(`${roomsUrl}/api/rooms/create/`, tokens[room * membersPerRoom], { name: `${name} ${room + 1}` })
          return CreatedRoom.parse(made).room_code
        }),
      )
      const places = Array.from({ length: wanted }, (_, place) => {
        const room = Math.floor(place / membersPerRoom)
        return { room, roomCode: codes[room] ?? '', token: tokens[place] ?? '' }
      })
      await each(places, atOnce, ({ roomCode, token }) => post(`${roomsUrl}/api/rooms/join/`, token, { room_code: roomCode }))
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
