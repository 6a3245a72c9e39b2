import { type Provider, partsOf, siteOf } from './provider'

/** Channels, recordings and clips: `channel:monstercat`, `video:1234567890`, `clip:FunnyClipSlug`. */
export const twitch: Provider = {
  name: 'twitch',
  idOf(url) {
    const id = candidateOf(url)
    return id !== undefined && isId(id) ? id : undefined
  },
  isId,
  addressOf(id) {
    const [kind, name] = id.split(':')
    if (kind === 'video') return `https://www.twitch.tv/videos/${name}`
    if (kind === 'clip') return `https://clips.twitch.tv/${name}`
    return `https://www.twitch.tv/${name}`
  },
}

// Pages of the site, where a channel's name would stand.
const pages = new Set(
  'directory downloads drops friends inventory jobs moderator p popout prime search settings store subscriptions team turbo u videos wallet'.split(
    ' ',
  ),
)

function isId(id: string): boolean {
  const channel = /^channel:([a-z0-9][a-z0-9_]{2,24})$/.exec(id)?.[1]
  return channel === undefined ? /^(video:[1-9]\d{0,14}|clip:[A-Za-z0-9_-]{3,120})$/.test(id) : !pages.has(channel)
}

function candidateOf(url: URL): string | undefined {
  const [first, second, third] = partsOf(url)
  switch (siteOf(url)) {
    case 'clips.twitch.tv':
      return clip(first === 'embed' ? url.searchParams.get('clip') : first)
    case 'player.twitch.tv':
      return video(url.searchParams.get('video')?.replace(/^v/, '')) ?? channel(url.searchParams.get('channel'))
    case 'twitch.tv':
      if (first === 'videos') return video(second)
      if (second === 'clip') return clip(third)
      if (second === 'v' || second === 'video') return video(third)
      return second === undefined ? channel(first) : undefined
    default:
      return undefined
  }
}

type Name = string | null | undefined
const channel = (name: Name) => (name ? `channel:${name.toLowerCase()}` : undefined)
const video = (number: Name) => (number ? `video:${number}` : undefined)
const clip = (slug: Name) => (slug ? `clip:${slug}` : undefined)
