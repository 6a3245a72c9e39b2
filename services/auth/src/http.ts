import { GuestBody, LoginBody, RefreshBody, RegisterBody, UpdateMeBody, UpgradeBody } from '@matinee/contracts'
import { clientAddress, type InternalSecret, identity, type TokenVerifier } from '@matinee/http'
import { Elysia } from 'elysia'
import type { Auth } from './auth'

export interface RoutesOptions extends Auth {
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly internalSecret: InternalSecret
  readonly publicJwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
}

/** The public endpoints of auth, as `endpoints` in the contracts lists them: from the request to the use case, and back. */
export const authRoutes = ({ accounts, sessions, verifier, internalSecret, publicJwks }: RoutesOptions) =>
  new Elysia({ name: 'auth.routes' })
    .use(identity({ verifier, isRevoked: sessions.hasEnded }))
    .get('/.well-known/jwks.json', ({ set }) => {
      set.headers['cache-control'] = 'public, max-age=300'
      return publicJwks
    })
    .group('/api/auth', (app) =>
      app
        .onBeforeHandle(({ set }) => {
          // Answers hold tokens and people's own data.
          set.headers['cache-control'] = 'no-store'
        })
        .post(
          '/register/',
          async ({ body, status }) => {
            const { email, password, display_name: displayName } = body
            return status(201, await accounts.register({ email, password, displayName }))
          },
          { body: RegisterBody },
        )
        .post('/login/', ({ body, request }) => accounts.login({ ...body, address: clientAddress(request, internalSecret) }), {
          body: LoginBody,
        })
        .post('/guest/', async ({ body, status }) => status(201, await accounts.guest(body.display_name)), { body: GuestBody })
        .post('/refresh/', ({ body }) => sessions.refresh(body.refresh_token), { body: RefreshBody })
        .post(
          '/logout/',
          async ({ identity, set }) => {
            await sessions.end(identity.sessionId)
            set.status = 204
          },
          { requireIdentity: true },
        )
        .get('/me/', ({ identity }) => accounts.me(identity.userId), { requireIdentity: true })
        .patch(
          '/me/',
          ({ body, identity, request }) => {
            const { display_name: displayName, password: next, current_password: current } = body
            const password = next === undefined || current === undefined ? undefined : { current, next }
            const caller = { userId: identity.userId, sessionId: identity.sessionId, address: clientAddress(request, internalSecret) }
            return accounts.change(caller, { displayName, password })
          },
          { body: UpdateMeBody, requireIdentity: true },
        )
        .delete(
          '/me/',
          async ({ identity, set }) => {
            await accounts.remove(identity.userId)
            set.status = 204
          },
          { requireIdentity: true },
        )
        .post('/me/upgrade/', ({ body, identity }) => accounts.upgrade(identity.userId, body), {
          body: UpgradeBody,
          requireIdentity: true,
        }),
    )
