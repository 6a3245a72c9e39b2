import { bearerPrefix, subprotocol } from '@matinee/contracts'
import { until } from '../support/until'

/** One of so many that their frames are counted rather than kept. */
export interface CrowdMember {
  /** How many frames of each type it got since its present socket was opened. */
  readonly counts: ReadonlyMap<string, number>
  /** How many are in the room, as it was told last. */
  readonly total: number
  readonly isIn: boolean
  /** Opens another socket, with what it has; the one before must have ended. */
  comesBack(): void
  readonly isOver: boolean
  leaves(): void
}

interface Frame {
  readonly type: string
  readonly epoch?: string
  readonly seq?: number
  readonly sent_at_ms?: number
  readonly participants_total?: number
  readonly total?: number
}

/** Opens a member's socket by this door, and counts. */
export function openCrowdMember({ url, code, token }: { url: string; code: string; token: string }): CrowdMember {
  let [socket, counts, total, isIn, isOver, place] = [undefined as WebSocket | undefined, new Map<string, number>(), 0, false, false, '']

  function take(frame: Frame): void {
    const { type, epoch, seq, sent_at_ms } = frame
    counts.set(type, (counts.get(type) ?? 0) + 1)
    total = frame.participants_total ?? frame.total ?? total
    if (type === 'USER_JOINED') total++
    if (type === 'USER_LEFT') total--
    if (type === 'ROOM_STATE') {
      isIn = true
      place = `${epoch}.${seq}`
    } else if (seq !== undefined && sent_at_ms !== undefined) place = `${place.split('.')[0]}.${seq}`
  }

  function comesBack(): void {
    const since = place === '' ? '' : `?since=${place}`
    counts = new Map()
    isIn = false
    isOver = false
    const opened = new WebSocket(`${url}/ws/room/${code}/${since}`, [subprotocol, `${bearerPrefix}${token}`])
    opened.onmessage = ({ data }) => take(JSON.parse(String(data)) as Frame) // what the server sends is held to its schema elsewhere
    opened.onclose = () => {
      isOver = true
      isIn = false
    }
    socket = opened
  }
  comesBack()

  return {
    get counts() {
      return counts
    },
    get total() {
      return total
    },
    get isIn() {
      return isIn
    },
    get isOver() {
      return isOver
    },
    comesBack,
    leaves: () => socket?.close(1000),
  }
}

/** Resolves when all of them are in and were told that so many are. */
export async function agree(crowd: readonly CrowdMember[], total: number): Promise<void> {
  await until(() => crowd.every((member) => member.isIn && member.total === total), { withinMs: 20_000 })
}

/** The most frames that any of them got; those which come by the clock do not count. */
export const mostFrames = (crowd: readonly CrowdMember[]): number =>
  Math.max(...crowd.map(({ counts }) => [...counts].reduce((sum, [type, count]) => (type === 'HEARTBEAT' ? sum : sum + count), 0)))

/** How many frames of this type all of them got. */
export const countOf = (crowd: readonly CrowdMember[], type: string): number =>
  crowd.reduce((sum, { counts }) => sum + (counts.get(type) ?? 0), 0)
