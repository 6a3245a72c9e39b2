import type { Client, Got } from './gateway.fixture'
import { ana, ben, createStage, type StagedNode, settled } from './stage.fixture'

/** How long the room of `watching` waits at most. */
export const timeoutMs = 10_000
/** How far ahead of its stamp an event holds. */
export const leadOf = ({ at_ms = 0, sent_at_ms = 0 }: Got) => at_ms - sent_at_ms
/** READY, as a client sends it. */
export const ready = (version: number) => ({ type: 'READY', version })

/** A room that waits for its members, who all count; each on the node that is named for it. */
export async function watching({ room = { wait_for_ready: true }, apart = false }: { room?: object; apart?: boolean } = {}) {
  const stage = createStage({ room })
  const north = await stage.node()
  const south = apart ? await stage.node() : north
  const [host, member] = [await north.enter(ana), await south.enter(ben)]
  const report = (position: number, fields: object = {}) => ({
    type: 'REPORT',
    position,
    playing: true,
    rate: 1,
    at_ms: stage.clock.nowMs(),
    error_ms: 0,
    ...fields,
  })
  host.says({ type: 'PLAY', time: 0 })
  await member.next('PLAY')
  for (const each of [host, member]) each.says(ready(1))
  /** Lets both nodes do what they do by the clock, a few times over. */
  const pass = async (byMs: number) => {
    await north.pass(byMs)
    await tick([south, north, south])
  }
  await pass(200)
  return { stage, north, south, host, member, report, pass }
}

/** Lets nodes do what they do by the clock, which stands still. */
export async function tick(nodes: readonly StagedNode[]): Promise<void> {
  for (const each of nodes) {
    each.node.upkeep.tick()
    await settled()
  }
}

/** Jumps, and resolves with the event once everybody has it: nobody is ready for what has not been told. */
export async function jump({ host, member }: { host: Client; member: Client }, time: number): Promise<Got> {
  host.says({ type: 'SEEK', time })
  await host.next('SEEK')
  return member.next('SEEK')
}

/** What a client was told that starts or jumps. */
export const starts = ({ got }: Client) => got.filter(({ type }) => type === 'PLAY' || type === 'SEEK')
