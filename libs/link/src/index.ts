export * from './link'
export * from './link.memory'
export * from './link.websocket'
