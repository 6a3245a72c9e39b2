export * from './db'
