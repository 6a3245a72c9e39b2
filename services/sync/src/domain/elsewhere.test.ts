import { expect, test } from 'bun:test'
import { type Elsewhere, heardLately } from './elsewhere'
import { sampleOf } from './sample'

const none = sampleOf([])
const whisper = { version: 1, counts: true, awaited: [], delays: none, drifts: none, worst: [] }

test('[RG5] a node that was silent for 3.5 s is forgotten, with all who are there', () => {
  const elsewhere: Elsewhere = new Map([
    ['north', { whisper, heardMs: 1_000 }],
    ['south', { whisper, heardMs: 2_000 }],
  ])

  expect(heardLately(elsewhere, 4_500)).toHaveLength(2)
  expect(heardLately(elsewhere, 4_501)).toHaveLength(1)
  expect([...elsewhere.keys()]).toEqual(['south'])
})
