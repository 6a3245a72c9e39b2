import { type AppOptions, createApp } from '@matinee/http'
import { authRoutes, type RoutesOptions } from './http'

/** The HTTP face of auth. It opens nothing, so tests drive it with `app.handle`. */
export const createAuthApp = (options: Omit<AppOptions, 'name'> & RoutesOptions) =>
  createApp({ ...options, name: 'auth' }).use(authRoutes(options))
