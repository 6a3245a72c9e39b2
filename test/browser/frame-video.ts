import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { type EncodedFrame, webmOf } from './webm'

/** The test video: every picture shows its own number, so that it can be read off which one is seen. */
export const frameVideo = { width: 480, height: 270, framesPerS: 25, lengthS: 60, name: 'frames.webm' } as const

/** A server of the test video, and of nothing else. */
export interface VideoServer {
  readonly url: string
  stop(): void
}

/** Serves the test video on the loopback. It is drawn and encoded in the browser when this machine has none yet. */
export async function serveFrameVideo(browser: Browser): Promise<VideoServer> {
  const bytes = await Bun.file(await madeOnce(browser)).bytes()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => part(bytes, request.headers.get('range')),
  })
  return { url: `http://127.0.0.1:${server.port}/${frameVideo.name}`, stop: () => void server.stop(true) }
}

async function madeOnce(browser: Browser): Promise<string> {
  const { width, height, framesPerS, lengthS } = frameVideo
  const folder = join(tmpdir(), 'matinee-test-video')
  const path = join(folder, `frames-${width}x${height}-${framesPerS}-${lengthS}.v2.webm`)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await Bun.write(unfinished, webmOf(await encode(browser), { width, height, durationMs: lengthS * 1000 }))
  await rename(unfinished, path)
  return path
}

/** Chromium asks for a video in pieces, and jumps only within one whose server gives them. */
function part(bytes: Uint8Array<ArrayBuffer>, range: string | null): Response {
  const headers = { 'content-type': 'video/webm', 'accept-ranges': 'bytes', 'cache-control': 'no-store' }
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  if (from === '') return new Response(bytes, { headers })
  const end = to === '' ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1)
  const content = { 'content-range': `bytes ${from}-${end}/${bytes.length}` }
  return new Response(bytes.slice(Number(from), end + 1), { status: 206, headers: { ...headers, ...content } })
}

/** Draws and encodes the pictures in a page; only a page of the loopback has an encoder. */
async function encode(browser: Browser): Promise<readonly EncodedFrame[]> {
  const blank = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
  })
  const page = await browser.newPage()
  try {
    await page.goto(`http://127.0.0.1:${blank.port}/`)
    const encoded = await page.evaluate(drawAndEncode, frameVideo)
    return encoded.map(({ atMs, isKey, base64 }) => ({ atMs, isKey, bytes: Uint8Array.fromBase64(base64) }))
  } finally {
    await page.close()
    void blank.stop(true)
  }
}

/** Runs in the page: it can use nothing of this file. */
async function drawAndEncode({ width, height, framesPerS, lengthS }: typeof frameVideo) {
  const made: { atMs: number; isKey: boolean; base64: string }[] = []
  const encoder = new VideoEncoder({
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
      made.push({ atMs: Math.round(chunk.timestamp / 1000), isKey: chunk.type === 'key', base64 })
    },
    error(error) {
      throw error
    },
  })
  encoder.configure({ codec: 'vp8', width, height, bitrate: 300_000, framerate: framesPerS })
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser does not draw.')
  for (let at = 0; at < lengthS * framesPerS; at++) {
    const second = Math.floor(at / framesPerS)
    const phase = (at % framesPerS) / framesPerS
    const sky = context.createLinearGradient(0, 0, 0, height)
    sky.addColorStop(0, `hsl(${250 + second * 2} 45% 16%)`)
    sky.addColorStop(1, `hsl(${330 + second} 55% 44%)`)
    context.fillStyle = sky
    context.fillRect(0, 0, width, height)
    context.fillStyle = '#ffd9a8'
    context.beginPath()
    context.arc((width * at) / (lengthS * framesPerS), height * 0.42, 26, 0, 7)
    context.fill()
    context.fillStyle = '#1d1226'
    for (let hill = 0; hill < 4; hill++) {
      context.beginPath()
      context.ellipse(hill * 160 - phase * 4, height + 12, 150, 84 + (hill % 2) * 26, 0, 0, 7)
      context.fill()
    }
    context.fillStyle = '#fff4ea'
    context.textAlign = 'center'
    context.font = '700 64px monospace'
    context.fillText(String(at).padStart(4, '0'), width / 2, height * 0.56)
    context.font = '15px sans-serif'
    context.fillText(`second ${second}`, width / 2, height * 0.68)
    context.fillRect(0, height - 5, width * phase, 5)
    const frame = new VideoFrame(canvas, { timestamp: (at * 1_000_000) / framesPerS, duration: 1_000_000 / framesPerS })
    encoder.encode(frame, { keyFrame: at % framesPerS === 0 })
    frame.close()
    if (encoder.encodeQueueSize > 30) await new Promise<void>((go) => encoder.addEventListener('dequeue', () => go(), { once: true }))
  }
  await encoder.flush()
  return made
}
