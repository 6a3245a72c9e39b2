import { describe, expect, test } from 'bun:test'
import { addressOf, known, providers, resolve } from './registry'

const id = 'dQw4w9WgXcQ'
const addresses: Record<string, Record<string, readonly string[]>> = {
  youtube: {
    [id]: [
      `https://www.youtube.com/watch?v=${id}`,
      `http://youtube.com/watch?v=${id}`,
      `https://www.youtube.com/watch?feature=shared&v=${id}&list=PLx0sYbCqOb8TBPRdmBHs5Iftvv9TPboYG&index=4&t=42s`,
      `https://www.youtube.com/watch/${id}`,
      `https://m.youtube.com/watch?v=${id}&pp=ygUJ`,
      `https://music.youtube.com/watch?v=${id}&list=RDAMVM`,
      `https://youtu.be/${id}`,
      `https://youtu.be/${id}?si=AbCdEf&t=1m2s`,
      `https://www.youtube.com/embed/${id}?autoplay=1&start=3`,
      `https://www.youtube-nocookie.com/embed/${id}`,
      `https://youtube.com/shorts/${id}?feature=share`,
      `https://www.youtube.com/live/${id}?si=x`,
      `https://www.youtube.com/v/${id}?version=3`,
      `https://www.youtube.com/e/${id}`,
      `https://www.youtube.com./watch?v=${id}#t=10`,
      `HTTPS://WWW.YouTube.COM/watch?v=${id}`,
    ],
  },
  vimeo: {
    '76979871': [
      'https://vimeo.com/76979871',
      'https://www.vimeo.com/76979871?share=copy#t=10s',
      'https://player.vimeo.com/video/76979871?title=0',
      'https://vimeo.com/channels/staffpicks/76979871',
      'https://vimeo.com/groups/shortfilms/videos/76979871',
      'https://vimeo.com/showcase/123/video/76979871',
    ],
    '76979871/8272103f6e': [
      'https://vimeo.com/76979871/8272103f6e',
      'https://vimeo.com/76979871?h=8272103f6e',
      'https://player.vimeo.com/video/76979871?h=8272103f6e&badge=0',
    ],
  },
  twitch: {
    'channel:monstercat': [
      'https://www.twitch.tv/Monstercat',
      'https://m.twitch.tv/monstercat/',
      'https://player.twitch.tv/?channel=monstercat&parent=example.com',
    ],
    'video:1234567890': [
      'https://www.twitch.tv/videos/1234567890?t=1h2m',
      'https://www.twitch.tv/monstercat/v/1234567890',
      'https://player.twitch.tv/?video=v1234567890&parent=example.com',
    ],
    'clip:SmilingCoyKale-x_1': [
      'https://clips.twitch.tv/SmilingCoyKale-x_1',
      'https://www.twitch.tv/monstercat/clip/SmilingCoyKale-x_1?filter=clips',
      'https://clips.twitch.tv/embed?clip=SmilingCoyKale-x_1&parent=example.com',
    ],
  },
  hls: { 'https://cdn.example.com/live/index.m3u8?key=1': ['https://cdn.example.com/live/index.m3u8?key=1#now'] },
  dash: { 'https://cdn.example.com/film.mpd': ['https://CDN.example.com/film.mpd'] },
  file: {
    'https://cdn.example.com/a%20film.MP4': ['https://cdn.example.com/a film.MP4'],
    'http://192.168.1.7:8000/film.webm?token=x': ['http://192.168.1.7:8000/film.webm?token=x'],
    'https://cdn.example.com/song.ogg': ['https://cdn.example.com/song.ogg'],
  },
}

for (const [provider, videos] of Object.entries(addresses)) {
  describe(provider, () => {
    for (const [videoId, forms] of Object.entries(videos)) {
      test.each(forms.map((form) => [form]))('[RM42] %s', (form) => {
        expect(resolve(form)).toEqual({ provider, id: videoId })
      })

      test(`[RM42] ${videoId} gives back an address of the same video`, () => {
        const medium = { provider, id: videoId }

        expect(resolve(addressOf(medium))).toEqual(medium)
        expect(known(medium)).toEqual(medium)
      })
    }
  })
}

test('every provider is tried', () => {
  expect(providers.map((provider) => provider.name).sort()).toEqual(Object.keys(addresses).sort())
})

test.each(
  [
    'https://www.youtube.com/watch?v=short',
    'https://www.youtube.com/watch?list=PLx0sYbCqOb8TBPRdmBHs5Iftvv9TPboYG',
    'https://www.youtube.com/embed/videoseries?list=PLx0sYbCqOb8T',
    'https://www.youtube.com/embed/live_stream?channel=UC123',
    'https://www.youtube.com/@channel',
    'https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ',
    'https://notyoutube.com/watch?v=dQw4w9WgXcQ',
    'https://vimeo.com/about',
    'https://vimeo.com/76979871/not-a-hash',
    'https://www.twitch.tv/directory',
    'https://www.twitch.tv/videos/abc',
    'https://example.com/',
    'https://example.com/film.mp4.exe',
    'https://example.com/film.exe?name=film.mp4',
    'ftp://example.com/film.mp4',
    'javascript:alert(1)//film.mp4',
    'data:video/mp4;base64,AAAA.mp4',
    'film.mp4',
    '',
  ].map((address) => [address]),
)('[RM41] %s is nothing we know', (address) => {
  expect(resolve(address)).toBeUndefined()
})

test('[RM43] an address with a user name or password is not taken', () => {
  expect(resolve('https://ana:secret@example.com/film.mp4')).toBeUndefined()
  expect(known({ provider: 'file', id: 'https://ana@example.com/film.mp4' })).toBeUndefined()
})

test('[RM41] an id that its provider does not write is not taken', () => {
  expect(known({ provider: 'youtube', id: 'short' })).toBeUndefined()
  expect(known({ provider: 'vimeo', id: '../../x' })).toBeUndefined()
  expect(known({ provider: 'file', id: 'javascript:alert(1)//.mp4' })).toBeUndefined()
  expect(known({ provider: 'dailymotion', id: 'x5e9eog' })).toBeUndefined()
})

test('an address that grows past 2,048 characters is not taken', () => {
  expect(resolve(`https://example.com/${' '.repeat(1_000)}.mp4`)).toBeUndefined()
})
