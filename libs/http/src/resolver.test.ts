import { expect, test } from 'bun:test'
import { type Lookup, openResolver } from './resolver'

async function setup(urls: readonly string[], answers: Record<string, readonly string[] | Error>) {
  const asked: string[] = []
  const lookup: Lookup = async (hostname) => {
    asked.push(hostname)
    const answer = answers[hostname]
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('ENOTFOUND')
    return answer
  }
  const resolver = await openResolver({ urls, lookup, refreshMs: 60_000 })
  return { resolver, asked, answers }
}

test('a host name stands for all its addresses', async () => {
  const { resolver } = await setup(['http://rooms:4002'], { rooms: ['10.0.0.2', '10.0.0.1', 'fd00::1'] })

  expect(resolver.addresses()).toEqual(['10.0.0.1:4002', '10.0.0.2:4002', '[fd00::1]:4002'])
  resolver.stop()
})

test('localhost and IP addresses are taken as they are, without asking DNS', async () => {
  const urls = ['http://localhost:1', 'ws://127.0.0.1:2', 'http://[::1]:3', 'http://10.0.0.9']
  const { resolver, asked } = await setup(urls, {})

  expect(resolver.addresses()).toEqual(['10.0.0.9:80', '127.0.0.1:2', '[::1]:3', 'localhost:1'])
  expect(asked).toEqual([])
  resolver.stop()
})

test('replicas that come and go are told once each time', async () => {
  const { resolver, answers } = await setup(['ws://sync:4103'], { sync: ['10.0.0.1'] })
  const heard: (readonly string[])[] = []
  const stopListening = resolver.onChange((addresses) => heard.push(addresses))

  await resolver.refresh()
  Object.assign(answers, { sync: ['10.0.0.2', '10.0.0.1'] })
  await resolver.refresh()
  Object.assign(answers, { sync: ['10.0.0.1', '10.0.0.2'] })
  await resolver.refresh()
  stopListening()
  Object.assign(answers, { sync: ['10.0.0.3'] })
  await resolver.refresh()

  expect(heard).toEqual([['10.0.0.1:4103', '10.0.0.2:4103']])
  expect(resolver.addresses()).toEqual(['10.0.0.3:4103'])
  resolver.stop()
})

test('while DNS fails or answers with nothing, the last known addresses stay', async () => {
  const { resolver, answers } = await setup(['ws://a:1', 'ws://b:1'], { a: ['10.0.0.1'], b: ['10.0.0.2'] })

  Object.assign(answers, { a: new Error('SERVFAIL') })
  Object.assign(answers, { b: [] })
  await resolver.refresh()

  expect(resolver.addresses()).toEqual(['10.0.0.1:1', '10.0.0.2:1'])
  resolver.stop()
})

test('a host name that does not exist yet is found when it does', async () => {
  const { resolver, answers } = await setup(['http://rooms:4002'], {})
  const before = resolver.addresses()

  Object.assign(answers, { rooms: ['10.0.0.1'] })
  await resolver.refresh()

  expect([before, resolver.addresses()]).toEqual([[], ['10.0.0.1:4002']])
  resolver.stop()
})

test('it looks again by itself', async () => {
  const answers = [['10.0.0.1'], ['10.0.0.2']]
  const resolver = await openResolver({ urls: ['http://rooms:1'], refreshMs: 1, lookup: async () => answers.shift() ?? ['10.0.0.2'] })

  const changed = await new Promise((resolve) => resolver.onChange(resolve))

  expect(changed).toEqual(['10.0.0.2:1'])
  resolver.stop()
})
