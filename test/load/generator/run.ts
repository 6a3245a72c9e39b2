import { cpuUsedUs, grownSince, ofEach, residentBytes } from '../measure/processes'
import type { Load } from '../shapes'
import type { SystemProcess } from '../systems/system'
import type { Client } from './client'
import { createLatencies, createTally } from './tally'

export interface RunOptions {
  readonly load: Load
  readonly rooms: number
  readonly warmUpMs: number
  readonly windowMs: number
  /** Whose CPU is counted over the window. */
  readonly processes: readonly SystemProcess[]
}

export interface RunResult {
  readonly windowMs: number
  readonly messages: number
  readonly deliveries: number
  readonly lost: number
  readonly doubled: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU over the window, by process. */
  readonly cpuUs: Readonly<Record<string, number>>
  readonly residentBytes: Readonly<Record<string, number>>
  /** This process's own CPU, which is nobody's cost. */
  readonly generatorCpuUs: number
}

/** How long messages under way are waited for after the window. */
const settleWithinMs = 5_000

export interface Run {
  message(number: number, client: Client, nowMs: number): void
  readonly result: Promise<RunResult>
}

/**
 * Sends as the load says, for a warm-up and then a window, and counts who got what.
 * Latencies are from the instant a message was due, so that a server which stalls
 * is not forgiven for what could not be sent meanwhile; in a closed loop a message
 * is due when the one before it has come back to its sender.
 */
export function startRun(clients: readonly Client[], { load, rooms, warmUpMs, windowMs, processes }: RunOptions): Run {
  const tally = createTally()
  const latencies = createLatencies()
  const byRoom = Array.from({ length: rooms }, (_, room) => clients.filter((client) => client.room === room))
  const clientOf = new Map(clients.map((client, place) => [client, place]))
  let measuring = false
  let sending = true
  let deliveries = 0
  for (const client of clients) client.received = 0

  const say = (client: Client, dueMs: number) => client.send(tally.next(dueMs, clientOf.get(client) ?? 0))

  function startLoad(): void {
    if (load.kind === 'closed') {
      for (const members of byRoom) {
        for (const sender of members.slice(0, load.sendersPerRoom)) {
          for (let count = 0; count < load.outstanding; count++) say(sender, performance.now())
        }
      }
      return
    }
    const gapMs = 1_000 / load.messagesPerS
    const startMs = performance.now()
    const turns = new Uint32Array(rooms)
    const sendDue = () => {
      if (!sending) return
      for (let dueMs = startMs + tally.sent * gapMs; dueMs <= performance.now(); dueMs = startMs + tally.sent * gapMs) {
        const room = tally.sent % rooms
        const members = byRoom[room] ?? []
        const turn = turns[room] ?? 0
        turns[room] = turn + 1
        const speaker = members[turn % members.length]
        if (speaker) say(speaker, dueMs)
      }
      setTimeout(sendDue, 1)
    }
    sendDue()
  }

  function message(number: number, client: Client, nowMs: number): void {
    tally.deliveries[number] = (tally.deliveries[number] ?? 0) + 1
    if (measuring) {
      deliveries++
      latencies.add(nowMs - (tally.dueMs[number] ?? 0))
    }
    if (load.kind === 'closed' && sending && clients[tally.sender[number] ?? 0] === client) say(client, nowMs)
  }

  const roomSizeOf = (number: number) => byRoom[clients[tally.sender[number] ?? 0]?.room ?? 0]?.length ?? 0

  /** Counted twice, by message and by client, for one that is lost here may be doubled there. */
  function accounts(): { lost: number; doubled: number } {
    let lost = 0
    let doubled = 0
    const sentIn = new Uint32Array(rooms)
    for (let number = 0; number < tally.sent; number++) {
      const missing = roomSizeOf(number) - (tally.deliveries[number] ?? 0)
      if (missing > 0) lost += missing
      else doubled -= missing
      const room = clients[tally.sender[number] ?? 0]?.room ?? 0
      sentIn[room] = (sentIn[room] ?? 0) + 1
    }
    const missingBy = clients.map(({ room, received }) => (sentIn[room] ?? 0) - received)
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
    return {
      lost: Math.max(lost, sum(missingBy.filter((missing) => missing > 0))),
      doubled: Math.max(doubled, -sum(missingBy.filter((missing) => missing < 0))),
    }
  }

  async function settled(): Promise<void> {
    const deadlineMs = performance.now() + settleWithinMs
    while (performance.now() < deadlineMs && accounts().lost > 0) await Bun.sleep(50)
    // Whatever comes twice comes late.
    await Bun.sleep(100)
  }

  async function measure(): Promise<RunResult> {
    startLoad()
    await Bun.sleep(warmUpMs)
    const before = ofEach(processes, cpuUsedUs)
    const ownBefore = process.cpuUsage()
    const fromMs = performance.now()
    const sentBefore = tally.sent
    measuring = true
    await Bun.sleep(windowMs)
    measuring = false
    const cpuUs = grownSince(before, ofEach(processes, cpuUsedUs))
    const own = process.cpuUsage(ownBefore)
    const result = {
      windowMs: performance.now() - fromMs,
      messages: tally.sent - sentBefore,
      deliveries,
      cpuUs,
      residentBytes: ofEach(processes, residentBytes),
      generatorCpuUs: own.user + own.system,
      p50Ms: latencies.quantile(0.5),
      p99Ms: latencies.quantile(0.99),
    }
    sending = false
    await settled()
    return { ...result, ...accounts() }
  }

  return { message, result: measure() }
}
