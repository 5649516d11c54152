/** Everything that can be asked of the control port, but for its end. */
import { accountRoutes } from './account-routes.ts'
import { callRoutes } from './call-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { messageRoutes } from './message-routes.ts'
import type { Route } from './request.ts'
import { serverRoutes } from './server-routes.ts'

export const routes: readonly Route[] = [
  ...serverRoutes,
  ...accountRoutes,
  ...messageRoutes,
  ...faultRoutes,
  ...callRoutes,
]
