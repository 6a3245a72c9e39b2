import { expect, test } from 'bun:test'
import { createSweeping } from './sweeping'

/** What is collected while so many come, to as many as `here` are here already. */
function sweepsOf(arrivals: number, here = 0) {
  const sweeps = { young: 0, whole: 0, deferred: 0 }
  const sweeping = createSweeping({
    young: () => void sweeps.young++,
    whole: () => void sweeps.whole++,
    defer(run) {
      sweeps.deferred++
      run()
    },
  })
  for (let count = 1; count <= arrivals; count++) sweeping.arrived(here + count)
  return sweeps
}

test('the garbage of a hundred arrivals is collected, after their turn; a few are not worth it', () => {
  expect(sweepsOf(99)).toEqual({ young: 0, whole: 0, deferred: 0 })
  expect(sweepsOf(300)).toEqual({ young: 3, whole: 0, deferred: 3 })
})

test('after a thousand the whole heap is looked at, which counts for what is young too', () => {
  expect(sweepsOf(2_000)).toEqual({ young: 18, whole: 2, deferred: 20 })
})

test('the more are here, the less often the whole heap is looked at: it takes longer', () => {
  expect(sweepsOf(10_000, 90_000)).toMatchObject({ whole: 1 })
  expect(sweepsOf(9_000, 91_000)).toMatchObject({ whole: 0 })
})

test('thousands who come in one turn, as where another node is lost, have the heap looked at once, when all are here', () => {
  const asked: (() => void)[] = []
  const sweeps: string[] = []
  const sweeping = createSweeping({
    young: () => void sweeps.push('young'),
    whole: () => void sweeps.push('whole'),
    defer: (run) => void asked.push(run),
  })

  for (let count = 1; count <= 5_000; count++) sweeping.arrived(count)
  for (const run of asked.splice(0)) run()
  const first = sweeps.splice(0)
  for (let count = 1; count <= 100; count++) sweeping.arrived(5_000 + count)
  for (const run of asked.splice(0)) run()

  expect(first).toEqual(['whole'])
  expect(sweeps).toEqual(['young'])
})

test('the engine does as it is asked', () => {
  const asked: (() => void)[] = []
  const sweeping = createSweeping({ defer: (run) => void asked.push(run) })

  for (const arrivals of [100, 1_000]) {
    for (let count = 1; count <= arrivals; count++) sweeping.arrived(count)
    expect(asked).toHaveLength(1)
    for (const run of asked.splice(0)) expect(run).not.toThrow()
  }
})
