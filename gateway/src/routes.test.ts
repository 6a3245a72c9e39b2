import { expect, test } from 'bun:test'
import { endpoints } from '@matinee/contracts'
import { routeOf } from './routes'

const pathOf = (target: string) => new URL(target, 'http://localhost').pathname
const whereTo = (target: string) => {
  const route = routeOf(pathOf(target))
  return route.to === 'service' ? route.service : route.to
}

test('[GW5] every endpoint of the contracts is routed, with and without the trailing slash', () => {
  const services = { auth: 'auth', keys: 'auth', rooms: 'rooms' }
  const astray = endpoints.filter(({ path, tag }) => {
    const target = path.replace('{room_code}', '7GQ4KX2M')
    return whereTo(target) !== services[tag] || whereTo(target.replace(/\/$/, '')) !== services[tag]
  })

  expect(astray).toEqual([])
})

test('[GW5] what is inside the system is not reachable', () => {
  const inside = [
    '/internal/memberships',
    '/link',
    '/metrics',
    '/health/live',
    '/health/ready',
    '/api',
    '/api/auth',
    '/api/authx/me',
    '/api/roomsx',
  ]

  expect(inside.filter((target) => whereTo(target) !== 'nowhere')).toEqual([])
})

test('[GW6] dot segments are resolved before the route is chosen', () => {
  expect(whereTo('/api/auth/../rooms/create/')).toBe('rooms')
  expect(whereTo('/api/auth/../../internal/memberships')).toBe('nowhere')
  expect(whereTo('/api/rooms/%2e%2e/%2e%2e/metrics')).toBe('nowhere')
})

test('[GW6] a path that two readers could read differently leads nowhere', () => {
  const tricks = [
    '//api/rooms',
    '/api//rooms',
    '/api/rooms//',
    '/api/rooms/..%2finternal',
    '/api/auth/%5c..',
    '/api/rooms/%00',
    '/api%2frooms',
    '/ws/room/a%2fb',
  ]

  expect(tricks.map((path) => routeOf(path).to)).toEqual(tricks.map(() => 'nowhere'))
  expect(routeOf('/api/rooms\\..\\internal').to).toBe('nowhere')
})

test('[GW19] a socket is a room and nothing below it', () => {
  expect(['/ws/room/7GQ4KX2M/', '/ws/room/7GQ4KX2M'].map((path) => routeOf(path).to)).toEqual(['socket', 'socket'])
  expect(['/ws/room', '/ws/room/', '/ws/room/a/b', '/ws/other/a'].map((path) => routeOf(path).to)).toEqual(Array(4).fill('nowhere'))
})
