import * as z from 'zod'
import { defaultPlaybackPolicy } from './default-playback-policy'

/** The thresholds by which all clients of a room follow its timeline. A room may have its own, within these bounds. */
export const PlaybackPolicy = z
  .object({
    report_interval_ms: z.int().min(250).max(60_000).meta({ description: 'How often a client sends REPORT.' }),
    correct_from_ms: z.int().min(5).max(2_000).meta({ description: 'From this drift on a client changes its rate.' }),
    correct_until_ms: z.int().min(1).max(1_000).meta({ description: 'Under this drift it plays at the rate of the timeline again.' }),
    max_rate_change: z.number().min(0.005).max(0.25).meta({
      description:
        'The most it changes its rate once it sees itself within 50 ms of the timeline, as a fraction. Further off it may change it by more, up to 0.25.',
    }),
    seek_beyond_ms: z.int().min(100).max(60_000).meta({ description: 'Beyond this drift it seeks instead.' }),
    ready_timeout_ms: z.int().min(1_000).max(120_000).meta({ description: 'How long a room waits for members to be READY.' }),
  })
  .meta({ id: 'PlaybackPolicy' })
export type PlaybackPolicy = z.infer<typeof PlaybackPolicy>

/** The thresholds of a room that names some of its own; the others are the server's. */
export const playbackPolicyOf = (
  own: { readonly [Name in keyof PlaybackPolicy]?: PlaybackPolicy[Name] | undefined },
  server = defaultPlaybackPolicy,
): PlaybackPolicy => ({
  report_interval_ms: own.report_interval_ms ?? server.report_interval_ms,
  correct_from_ms: own.correct_from_ms ?? server.correct_from_ms,
  correct_until_ms: own.correct_until_ms ?? server.correct_until_ms,
  max_rate_change: own.max_rate_change ?? server.max_rate_change,
  seek_beyond_ms: own.seek_beyond_ms ?? server.seek_beyond_ms,
  ready_timeout_ms: own.ready_timeout_ms ?? server.ready_timeout_ms,
})
