export * from './columns'
export * from './db'
export * from './is-among'
export * from './open-db'
