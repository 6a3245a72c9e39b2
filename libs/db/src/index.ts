export * from './columns'
export * from './db'
export * from './open-db'
