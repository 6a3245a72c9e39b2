import type { Media, Player } from '@matinee/client'

/** An element that plays a video: a `<video>`, or one with its face. */
export type PlayerElement = HTMLElement &
  Player & {
    load?(): void
    /** Of a stream, what plays it: hls.js or dash.js, once it is there. */
    readonly api?: unknown
  }

/** How one kind of video is played: the element, and what defines it, fetched when it is first needed. */
interface Kind {
  readonly tag: string
  readonly load: () => Promise<unknown>
}

const kinds: Readonly<Record<string, Kind>> = {
  file: { tag: 'video', load: async () => {} },
  youtube: { tag: 'youtube-video', load: () => import('youtube-video-element') },
  vimeo: { tag: 'vimeo-video', load: () => import('vimeo-video-element') },
  twitch: { tag: 'twitch-video', load: () => import('twitch-video-element') },
  hls: { tag: 'hls-video', load: () => import('hls-video-element') },
  dash: { tag: 'dash-video', load: () => import('dash-video-element') },
}

/** Whether there is a player for it. Twitch's clips have none that can be driven. */
export const isPlayable = ({ provider, id }: Media): boolean =>
  Object.hasOwn(kinds, provider) && !(provider === 'twitch' && id.startsWith('clip:'))

/** An element that plays the medium, not yet in the page. Rejects when its script cannot be had. */
export async function createPlayer({ provider, url }: Media): Promise<PlayerElement> {
  const kind = kinds[provider]
  if (!kind) throw new Error(`There is no player for ${provider}.`)
  await kind.load()
  // Each of these elements has the face of an HTMLMediaElement: that is what they are for.
  const player = document.createElement(kind.tag) as unknown as PlayerElement
  for (const [name, value] of Object.entries({ slot: 'media', playsinline: '', preload: 'auto', src: url }))
    player.setAttribute(name, value)
  player.setAttribute('aria-label', 'The video')
  return player
}
