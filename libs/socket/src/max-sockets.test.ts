import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { ownLimits, socketsThatFit } from './max-sockets'

const limitsOf = (files: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             63432                63432                processes
Max open files            ${files.padEnd(21)}1048576              files
`

test.each([
  ['60', 20],
  ['20', 1],
  ['1024', 896],
  ['20000', 18_000],
  ['1048576', 1_046_576],
  ['unlimited', 16_000],
])('[GW44] of %s open files some are left for what is no client socket', (files, sockets) => {
  expect(socketsThatFit(limitsOf(files))).toBe(sockets)
})

test('[GW44] where the limit is not told, a usual number is taken', () => {
  expect(socketsThatFit(undefined)).toBe(16_000)
})

test("[GW44] this process's limit can be read where Linux tells it", () => {
  expect(/^Max open files\s+\d+/m.test(ownLimits() ?? '')).toBe(process.platform === 'linux')
})

test('[GW44] [G14] a process with few open files answers all who come: those it has room for get in, the others are told so', async () => {
  const server = Bun.spawn(['sh', '-c', `ulimit -n 60; exec ${process.execPath} ${resolve(import.meta.dir, 'few-files.fixture.ts')}`], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  try {
    const { value } = await server.stdout.getReader().read()
    const url = `127.0.0.1:${Number(new TextDecoder().decode(value))}/ws/room/7GQ4KX2M/`

    const outcomes = await Promise.all(
      Array.from({ length: 120 }, () => {
        const { promise, resolve: told } = Promise.withResolvers<'in' | 'refused'>()
        const socket = new WebSocket(`ws://${url}`)
        socket.onopen = () => told('in')
        socket.onerror = () => told('refused')
        return promise
      }),
    )
    const refusal = await fetch(`http://${url}`, { headers: { upgrade: 'websocket' } })

    expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(20)
    expect(refusal.status).toBe(503)
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
    // All 100 that were refused by name, and the last.
    expect(await refusal.json()).toEqual({ refused: 101 })
  } finally {
    server.kill()
    await server.exited
  }
})
