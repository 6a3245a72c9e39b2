import { Refusal } from '@matinee/kernel'
import { known, resolve } from './providers/registry'
import type { Medium } from './room'

/** A video as a request names it: by its address, or by provider and id. */
export interface WantedVideo {
  readonly video_url?: string | undefined
  readonly video_provider?: string | undefined
  readonly video_id?: string | undefined
}

/** The medium a request names, undefined when it names none. Refuses with `unsupported_video` what no provider knows. */
export function mediumOf({ video_url: address, video_provider: provider, video_id: id }: WantedVideo): Medium | undefined {
  if (address !== undefined) return resolve(address) ?? refuse('video_url', 'must be the address of a video of a supported provider')
  if (provider === undefined || id === undefined) return undefined
  return known({ provider, id }) ?? refuse('video_id', 'must be an id of this provider')
}

function refuse(field: string, message: string): never {
  throw new Refusal('unsupported_video', { fields: [{ field, message }] })
}
