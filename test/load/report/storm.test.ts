import { expect, test } from 'bun:test'
import { shapes } from '../shapes'
import { stormFigures, stormPage, stormsOverBound } from './storm'

const shape = shapes.find(({ name }) => name === 'storm-late')
if (shape?.kind !== 'storm') throw new Error('there should be a storm')
const figuresOf = (matineeS: number) => {
  const resultOf = (cpuS: number) => [{ wallMs: 500, cpuUs: { gateway: cpuS * 4e5, sync: cpuS * 6e5 } }]
  return stormFigures(
    new Map([
      ['bare-bun', resultOf(2)],
      ['matinee', resultOf(matineeS)],
    ]),
  )
}

test('[G11] a storm that takes more than 0.8 s of CPU in all servers together is over its bound, and the page and the verdict say so', () => {
  const figures = figuresOf(0.81)

  const over = stormsOverBound(shape, figures)

  expect(over).toEqual(['storm-late: matinee took 0.81 s of CPU, and 0.8 s is its bound'])
  expect(stormPage(shape, figures)).toMatch(/^matinee .*over its bound$/m)
})

test('[G11] one that keeps to it is not, and what Matinee is compared with has no bound', () => {
  const figures = figuresOf(0.79)

  const over = stormsOverBound(shape, figures)

  expect(over).toEqual([])
  expect(stormPage(shape, figures)).not.toContain('over its bound')
})
