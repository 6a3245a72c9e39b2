import type { Resolver } from '@matinee/http'
import { type ConnectLink, createWebSocketLink } from '@matinee/link'

/** A sync node that links can be made to. */
export interface SyncNode {
  readonly name: string
  readonly connect: ConnectLink
}

/** The sync nodes there are, as far as is known. */
export interface SyncNodes {
  current(): readonly SyncNode[]
  onChange(changed: () => void): void
}

/** The one node of the same process. */
export const oneSyncNode = (connect: ConnectLink): SyncNodes => ({ current: () => [{ name: 'embedded', connect }], onChange() {} })

/** The nodes behind host names, as DNS tells. `secret` is what links need to be accepted. */
export const resolvedSyncNodes = (resolver: Pick<Resolver, 'addresses' | 'onChange'>, secret: string): SyncNodes => ({
  current: () => resolver.addresses().map((name) => ({ name, connect: createWebSocketLink({ url: `ws://${name}`, secret }) })),
  onChange: (changed) => void resolver.onChange(changed),
})
