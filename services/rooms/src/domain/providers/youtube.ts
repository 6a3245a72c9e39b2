import { type Provider, partsOf, siteOf } from './provider'

/** Videos, shorts and live streams by their id of 11 characters. Playlists and channels have none. */
export const youtube: Provider = {
  name: 'youtube',
  idOf(url) {
    const id = candidateOf(url)
    return id !== undefined && isId(id) ? id : undefined
  },
  isId,
  addressOf: (id) => `https://www.youtube.com/watch?v=${id}`,
}

// Two embed pages that happen to have as many letters as an id.
const pages = new Set(['videoseries', 'live_stream'])

function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{11}$/.test(id) && !pages.has(id)
}

function candidateOf(url: URL): string | undefined {
  const [first, second] = partsOf(url)
  switch (siteOf(url)) {
    case 'youtu.be':
      return first
    case 'youtube.com':
    case 'youtube-nocookie.com':
      if (first === 'watch') return url.searchParams.get('v') ?? second
      return first !== undefined && /^(embed|shorts|live|v|e)$/.test(first) ? second : undefined
    default:
      return undefined
  }
}
