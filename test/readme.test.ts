import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { startEmbedded } from './support/embedded'

test('the walk-through of README does what it says when it is pasted into a shell', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../README.md')).text()
  const [, pasted = ''] = /^<!-- walk-through -->\s+```sh\n([\s\S]+?)^```/m.exec(readme) ?? []
  const matinee = await startEmbedded()
  // The Bun that npx would bring is this one; all else is as a reader pastes it.
  const script = pasted.replace('http://localhost:8080', matinee.httpUrls[0] ?? '').replace('npx --yes bun@1.4.5', process.execPath)

  const startedMs = performance.now()
  const shell = Bun.spawn(['bash', '--norc', '-eu'], { stdin: new Blob([script]), stdout: 'pipe', stderr: 'pipe' })
  const [output, complaints] = await Promise.all([shell.stdout.text(), shell.stderr.text()])

  const exitCode = await shell.exited
  const tookS = (performance.now() - startedMs) / 1_000

  expect(complaints).toBe('')
  expect(exitCode).toBe(0)
  expect(output.match(/"status":"APPROVED"/g)).toHaveLength(2)
  expect(output).toMatch(/^Ana {3}.*"type":"CHAT_MESSAGE"/m)
  expect(output).toMatch(/^Ben {3}.*"type":"PLAY"/m)
  // 60 s, and two more, less the lead of the start; a busy machine takes a moment longer, but the room plays no longer than all of this takes.
  expect(Number(/starts at ([\d.]+) s$/m.exec(output)?.[1])).toBeWithin(61.7, 60 + tookS)
  await matinee.stop()
}, 30_000)
