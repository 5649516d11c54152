/** Each fault of the box against the client, over TCP and over HTTP: the call ends as it should, executed once, and the session lives. */
import { type Fault, type FaultKind, faultKinds } from '@telegram-mt/box'
import type { LogoutReason } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, newBox, newHost } from '../fixture.ts'

interface Expected {
  fault: Fault
  /** The code with which the call is rejected; without it, it ends with its result. */
  rejected?: string
  /** The session is over, for this reason. */
  over?: LogoutReason
  /** Only time would tell that the connection is dead: the client is told to look. */
  nudge?: true
}

const table: { [K in FaultKind]: Expected & { fault: Extract<Fault, { kind: K }> } } = {
  refuse: { fault: { kind: 'refuse' } },
  silence: { fault: { kind: 'silence' }, nudge: true },
  slowLoris: { fault: { kind: 'slowLoris', bytesPerSecond: 20_000 } },
  clockSkew: { fault: { kind: 'clockSkew', ms: -600_000 } },
  drop: { fault: { kind: 'drop' }, nudge: true },
  delay: { fault: { kind: 'delay', ms: 50 } },
  duplicate: { fault: { kind: 'duplicate' } },
  reorder: { fault: { kind: 'reorder' } },
  corrupt: { fault: { kind: 'corrupt' } },
  truncate: { fault: { kind: 'truncate' } },
  closeHalfway: { fault: { kind: 'closeHalfway' } },
  transportError: { fault: { kind: 'transportError', code: -429 } },
  replay: { fault: { kind: 'replay' } },
  wrongSalt: { fault: { kind: 'wrongSalt' } },
  wrongSession: { fault: { kind: 'wrongSession' } },
  wrongParity: { fault: { kind: 'wrongParity' } },
  oldMessageId: { fault: { kind: 'oldMessageId' } },
  futureMessageId: { fault: { kind: 'futureMessageId' } },
  badPadding: { fault: { kind: 'badPadding' } },
  lyingLength: { fault: { kind: 'lyingLength' } },
  lyingContainer: { fault: { kind: 'lyingContainer' } },
  gzipBomb: { fault: { kind: 'gzipBomb' } },
  dropBefore: { fault: { kind: 'dropBefore' } },
  dropAfter: { fault: { kind: 'dropAfter' } },
  hang: { fault: { kind: 'hang', executed: true }, rejected: 'CALL_TIMEOUT' },
  freeze: { fault: { kind: 'freeze' }, nudge: true },
  slow: { fault: { kind: 'slow', ms: 50 } },
  answerTwice: { fault: { kind: 'answerTwice' } },
  tamper: { fault: { kind: 'tamper' } },
  error: { fault: { kind: 'error', code: 400, message: 'PEER_ID_INVALID' }, rejected: 'PEER_ID_INVALID' },
  floodWait: { fault: { kind: 'floodWait', seconds: 1 } },
  internal: { fault: { kind: 'internal' } },
  timeout: { fault: { kind: 'timeout' } },
  migrate: { fault: { kind: 'migrate', what: 'FILE', dc: 3 } },
  revoke: { fault: { kind: 'revoke' }, rejected: 'SESSION_REVOKED', over: 'revoked' },
  duplicateKey: { fault: { kind: 'duplicateKey' }, rejected: 'AUTH_KEY_DUPLICATED', over: 'duplicated' },
  forgetKey: { fault: { kind: 'forgetKey' }, rejected: 'SESSION_DEAD', over: 'unregistered' },
  expireSalts: { fault: { kind: 'expireSalts' } },
  forgetSession: { fault: { kind: 'forgetSession' } },
}

const onConnect = new Set<FaultKind>(['refuse', 'silence', 'slowLoris', 'clockSkew'])
const method = 'help.getInviteText'

describe.each(['tcp', 'http'] as const)('over %s', (transport) => {
  test.each(faultKinds)('%s', { timeout: 60_000 }, async (kind) => {
    const { fault, rejected, over, nudge } = table[kind]
    const box = await newBox({ faultSeed: 1 })
    const telegram = newHost(box, { transport, reconnect: { first: 1, most: 1, perAddress: [] } })
    const session = await account(telegram, 'Ann', 1)
    const connecting = onConnect.has(kind)
    box.faults.add({ fault, when: { times: 1, ...(connecting ? {} : { method }) } })
    if (connecting) box.dropConnections()
    const call = session
      .invoke({ _: method }, rejected === 'CALL_TIMEOUT' ? { timeout: 300 } : {})
      .then(({ message }) => message)
      .catch((error: { code?: string }) => ({ rejected: error.code }))
    if (nudge) {
      while (box.faults.list()[0]?.hits === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      session.networkChanged()
    }
    expect(await call).toEqual(rejected === undefined ? expect.any(String) : { rejected })
    if (over !== undefined) {
      expect(session.state).toMatchObject({ name: 'loggedOut', reason: over })
      return
    }
    const executed = box.calls.all(method).filter(({ error }) => error === undefined)
    // Of a call that went down with its session nobody knows that it was not executed.
    const times = kind === 'forgetSession' ? 2 : rejected === undefined || kind === 'hang' ? 1 : 0
    expect(executed).toHaveLength(times)
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ thisDc: 1 })
    expect(session.state.name).toBe('online')
    expect(box.faults.list()).toMatchObject([{ hits: 1 }])
  })
})
