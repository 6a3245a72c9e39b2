import type { ClockCheck } from './recording'

const exchanges = 40

/** Compares the page's clock with the runner's, over the loopback: what the quickest of many answers shows. */
export async function checkClock(url: string): Promise<ClockCheck> {
  const socket = new WebSocket(url)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  let best: ClockCheck = { offsetMs: Number.NaN, errorMs: Number.POSITIVE_INFINITY }
  for (let count = 0; count < exchanges; count++) {
    const answer = new Promise<number>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(Number(data)), { once: true })
    })
    const sentMs = performance.timeOrigin + performance.now()
    socket.send('')
    const answeredAtMs = await answer
    const receivedMs = performance.timeOrigin + performance.now()
    const errorMs = (receivedMs - sentMs) / 2
    if (errorMs < best.errorMs) best = { offsetMs: answeredAtMs - (sentMs + receivedMs) / 2, errorMs }
  }
  socket.close()
  return best
}
