/** How long a peer that broke every key exchange is left alone: it is not the server, but may give way to it. */
import { type ConnectionHost, ServerUnproven } from '@telegram-mt/net'

/** ms; up to half as much again, so that sessions which met the same peer do not come back together. */
const AT_LEAST = 60_000

/** Milliseconds to wait if that is why no key was made; undefined if it is something else, which has waits of its own. */
export function afterBrokenExchanges(why: unknown, { random }: ConnectionHost): number | undefined {
  return why instanceof ServerUnproven ? AT_LEAST * (1 + random() / 2) : undefined
}
