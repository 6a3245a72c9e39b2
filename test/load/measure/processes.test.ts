import { expect, test } from 'bun:test'
import { cpuUsedUs, grownSince, ofEach } from './processes'

test('the CPU time of a process is what the process itself is told', () => {
  const before = cpuUsedUs(process.pid)
  const { user, system } = process.cpuUsage()
  const after = cpuUsedUs(process.pid)

  // Told in whole microseconds.
  expect(user + system).toBeWithin(before - 2, after + 2)
})

test('what another process uses is counted, and of one that is gone nothing', async () => {
  const child = Bun.spawn(['sh', '-c', 'read line; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; read line'], {
    stdin: 'pipe',
  })
  const processes = [{ name: 'sh', pid: child.pid }]
  const before = ofEach(processes, cpuUsedUs)

  child.stdin.write('go\n')
  await child.stdin.flush()
  await child.stdout.getReader().read()
  const grown = grownSince(before, ofEach(processes, cpuUsedUs))
  child.kill()
  await child.exited

  expect(grown['sh']).toBeGreaterThan(1_000)
  expect(cpuUsedUs(child.pid)).toBe(0)
})
