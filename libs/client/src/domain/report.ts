import type { ClientFrame } from '../contract-types'
import type { Mind, Situation } from './mind'

/** What a REPORT says of the player: where it is, by the server's clock, and how sure that is. */
export function reportOf(mind: Mind, { seen }: Situation, serverNowMs: number, errorMs: number): Extract<ClientFrame, { type: 'REPORT' }> {
  return {
    type: 'REPORT',
    position: Math.min(864_000, Math.max(0, seen.positionS || 0)),
    playing: !seen.paused,
    rate: Math.min(16, Math.max(0, seen.rate)),
    at_ms: Math.max(0, serverNowMs),
    error_ms: Math.min(600_000, errorMs),
    stalled: mind.mode === 'stalled',
  }
}
