import type { RoomsSeen } from '@matinee/contracts'
import type { Clock } from '@matinee/kernel'

/** A node that has not spoken for this long has gone, and its viewers with it: three of its messages are missing. */
export const nodeSilentAfterMs = 45_000

/** How many watch in each room: the sum over the sync nodes. Every replica hears every node, so each counts for itself. */
export function createViewers({ clock }: { clock: Clock }) {
  const nodes = new Map<string, { readonly heardAtMs: number; readonly viewers: ReadonlyMap<string, number> }>()

  const alive = () => {
    for (const [node, { heardAtMs }] of nodes) if (clock.monotonicMs() - heardAtMs >= nodeSilentAfterMs) nodes.delete(node)
    return nodes.values()
  }

  return {
    /** What a node says replaces what it said before. */
    heard({ node, rooms }: RoomsSeen): void {
      nodes.set(node, { heardAtMs: clock.monotonicMs(), viewers: new Map(rooms.map(({ room_code: code, viewers }) => [code, viewers])) })
    },
    of: (code: string): number => alive().reduce((sum, { viewers }) => sum + (viewers.get(code) ?? 0), 0),
  }
}
