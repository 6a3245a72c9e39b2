import { startApp } from './app-process'
import { freePort } from './free-port'
import { generousLimits } from './limits'
import type { Stack } from './stack'
import { tempFolder } from './temp-folder'

/** Starts the embedded run: one process, with a data folder and ports of its own. */
export async function startEmbedded(environment: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const [port, internalPort] = [freePort(), freePort()]
  const folder = tempFolder('embedded')
  const app = await startApp({
    name: 'standalone',
    main: 'standalone.ts',
    environment: {
      DATA_DIR: folder,
      PORT: `${port}`,
      INTERNAL_PORT: `${internalPort}`,
      LOG_LEVEL: 'info',
      ...generousLimits,
      ...environment,
    },
    readyUrls: ['auth', 'rooms', 'sync'].map((part) => `http://127.0.0.1:${internalPort}/${part}/health/ready`),
    metricsUrl: `http://127.0.0.1:${internalPort}/sync/metrics`,
  })
  return {
    httpUrls: [`http://127.0.0.1:${port}`],
    socketUrls: [`ws://127.0.0.1:${port}`],
    processes: [app],
    authDatabaseUrl: `sqlite://${folder}/auth.db`,
    stop: async () => void (await app.terminate()),
  }
}
