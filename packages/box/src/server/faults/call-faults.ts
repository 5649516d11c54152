/** Makes calls go wrong: before they are executed, instead of that, or after. */
import type { TimerWheel } from '@telegram-mt/net'
import { TlWriter } from '@telegram-mt/tl'
import { RpcError } from '../../methods/rpc-error.ts'
import type { World } from '../../world/world.ts'
import type { BoxSession } from '../keys/auth-key.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import {
  type CallFault,
  type Circumstances,
  type FaultPlan,
  isPacketFault,
  type PacketFault,
} from './fault-plan.ts'

export interface CallFaultsOptions {
  faults: FaultPlan
  keys: AuthKeyTable
  world: World
  wheel: TimerWheel
}

/**
 * What becomes of a call that was struck. `go`: it is executed and answered, and `after` to be called; `unanswered`: it is
 * executed, but not answered; `lost`: neither.
 */
export type Verdict = 'go' | 'unanswered' | 'lost'

const RPC_RESULT = 0xf35c6d01

export class CallFaults {
  readonly #options: CallFaultsOptions

  constructor(options: CallFaultsOptions) {
    this.#options = options
  }

  /** What is to strike this call, if anything. */
  decide(held: BoxSession, method: string): CallFault | PacketFault | undefined {
    return this.#options.faults.onCall(circumstancesOf(held), method)
  }

  /** The call was executed and its answer handed to the session. */
  after(held: BoxSession, fault: CallFault | PacketFault, msgId: bigint, answer: Uint8Array): void {
    if (isPacketFault(fault)) {
      held.carrier?.arm(fault)
      held.carrier?.flush()
    } else if (fault.kind === 'answerTwice') {
      const writer = new TlWriter(answer.length + 12)
      writer.uint(RPC_RESULT)
      writer.long(msgId)
      writer.raw(answer)
      held.session.push(writer.finish())
    } else if (fault.kind === 'dropAfter') {
      held.carrier?.destroy()
    }
  }

  /**
   * Strikes before the call is executed.
   * @throws RpcError when the fault is an error that the call is answered with
   */
  async strike(held: BoxSession, fault: CallFault | PacketFault): Promise<Verdict> {
    const { wheel, keys, world } = this.#options
    const { key } = held
    const { owner } = key
    switch (fault.kind) {
      case 'hang':
        return fault.executed === true ? 'unanswered' : 'lost'
      case 'freeze':
        held.carrier?.freeze()
        return 'go'
      case 'slow':
        await new Promise<void>((resolve) => {
          wheel.after(fault.ms, resolve)
        })
        return 'go'
      case 'error':
        throw new RpcError(fault.code, fault.message)
      case 'floodWait':
        throw new RpcError(420, `FLOOD_WAIT_${fault.seconds}`)
      case 'internal':
        throw new RpcError(500, 'INTERNAL')
      case 'timeout':
        throw new RpcError(-503, 'Timeout')
      case 'migrate':
        throw new RpcError(303, `${fault.what}_MIGRATE_${fault.dc}`)
      case 'revoke': {
        const authorization = world.authorization(owner.id)
        if (authorization === undefined) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED')
        authorization.revoked = true
        world.revoked(authorization)
        throw new RpcError(401, 'SESSION_REVOKED')
      }
      case 'duplicateKey':
        owner.ruin = { code: 406, message: 'AUTH_KEY_DUPLICATED' }
        throw new RpcError(406, 'AUTH_KEY_DUPLICATED')
      case 'forgetKey': {
        const { carrier } = held
        world.state.authorizations.delete(owner.id)
        keys.remove(owner.id)
        carrier?.destroy()
        return 'lost'
      }
      case 'expireSalts':
        key.sessions.salts.expire()
        return 'go'
      case 'forgetSession':
        key.forget(held.sessionId)
        return 'lost'
      default:
        return 'go'
    }
  }
}

function circumstancesOf(held: BoxSession): Circumstances {
  const { owner } = held.key
  return {
    ...(held.carrier?.circumstances() ?? {
      dc: owner.dc,
      connection: undefined,
      via: 'tcp',
      transport: undefined,
    }),
    userId: owner.userId,
  }
}
