// Ends with 0 when the address answers well: `bun tools/healthy.ts http://localhost:8081/health/ready`. For images without curl.
import { argv, exit } from 'node:process'

const limitMs = 4_000
const [, , url = ''] = argv
const { ok } = await fetch(url, { signal: AbortSignal.timeout(limitMs) }).catch(() => ({ ok: false }))
exit(ok ? 0 : 1)
