import { timingSafeEqual } from 'node:crypto'

/** What a sync node notes on a connection, so that another node can adopt it. */
export interface Pass {
  readonly connection: string
  readonly room: string
  readonly userId: string
  readonly sessionId: string
  readonly isGuest: boolean
  readonly expiresAtMs: number
}

/** Seals and opens passes, at most 200 bytes, with a key that only sync nodes hold. */
export interface Passes {
  seal(pass: Pass): string
  /** Undefined when the pass was not sealed with this key, or for another connection or room. */
  open(sealed: string, connection: string, room: string): Pass | undefined
}

/** Passes under this key; nodes with the same key open each other’s. */
export function createPasses(key: string): Passes {
  // The connection and the room are known to both sides: they are sealed, not carried.
  const mac = (note: string, connection: string, room: string) =>
    new Bun.CryptoHasher('sha256', key).update(`${note}\n${connection}\n${room}`).digest('base64url')
  return {
    seal({ connection, room, userId, sessionId, isGuest, expiresAtMs }) {
      const note = [userId, sessionId, isGuest ? 'g' : 'a', expiresAtMs.toString(36)].join('.')
      return `${note}.${mac(note, connection, room)}`
    },
    open(sealed, connection, room) {
      const cut = sealed.lastIndexOf('.')
      const note = sealed.slice(0, Math.max(cut, 0))
      const given = Buffer.from(sealed.slice(cut + 1))
      const expected = Buffer.from(mac(note, connection, room))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      const [userId = '', sessionId = '', kind, expiry = ''] = note.split('.')
      return { connection, room, userId, sessionId, isGuest: kind === 'g', expiresAtMs: Number.parseInt(expiry, 36) }
    },
  }
}
