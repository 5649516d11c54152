/** Puts a box together: the world, the keys, the datacenters, and what connects them. */
import { exportRsaPublicKey, generateRsaKey, type RsaPrivateKey, randomBytes } from '@telegram-mt/crypto'
import { Timer, TimerWheel } from '@telegram-mt/net'
import type { tl } from '../generated/types.ts'
import { createApi } from '../methods/api.ts'
import type { CdnSettings } from '../methods/context.ts'
import { World } from '../world/world.ts'
import type { WorldOptions } from '../world/world-options.ts'
import { type BoxOptions, readRsaKey, readSchema } from './box-options.ts'
import { CallLog, type CallReport } from './calls/call-log.ts'
import { CallRunner, signedInUser } from './calls/call-runner.ts'
import { Layers } from './calls/layers.ts'
import { Pushes } from './calls/pushes.ts'
import { ConnectLog } from './carriers/connect-log.ts'
import { Datacenter } from './carriers/datacenter.ts'
import { FlushQueue } from './carriers/flush-queue.ts'
import { DataDirectory } from './data/data-directory.ts'
import { Keeper } from './data/keeper.ts'
import { type Restored, restore, restoreKeys, savedState } from './data/saved-box.ts'
import { isLost } from './faults/arrivals.ts'
import { FaultPlan } from './faults/fault-plan.ts'
import { AuthKeyTable } from './keys/auth-key-table.ts'
import { defaultLifetimes, SWEEP_INTERVAL, sweep } from './keys/sweep.ts'
import { WorldTicker } from './world-ticker.ts'

/** What a box is made of. */
export interface Parts {
  world: World
  rsaKey: RsaPrivateKey
  cdn: Datacenter | undefined
  host: string
  wheel: TimerWheel
  keys: AuthKeyTable
  faults: FaultPlan
  calls: CallLog
  connects: ConnectLog
  datacenters: readonly Datacenter[]
  ticker: WorldTicker
  keeper: Keeper | undefined
  onRefused: (error: unknown, remote: string) => void
  onFault: (error: unknown, where: string) => void
  /** What is to be done at the end, last first. */
  ends: (() => void | Promise<void>)[]
}

/** As production numbers its own. */
const CDN_DC = 203

interface Origin {
  world: World
  rsaKey: RsaPrivateKey
  cdnRsaKey: RsaPrivateKey | undefined
  restored: Restored | undefined
}

/** @throws BoxOptionError, BoxDataError; then nothing stays taken. */
export async function makeParts(options: BoxOptions): Promise<Parts> {
  const directory = options.data === undefined ? undefined : await DataDirectory.open(options.data)
  try {
    return assemble(options, await originOf(options, directory), directory)
  } catch (error) {
    await directory?.close()
    throw error
  }
}

function assemble(
  options: BoxOptions,
  { world, rsaKey, cdnRsaKey, restored }: Origin,
  directory?: DataDirectory,
): Parts {
  const layers = new Layers((options.schemas ?? []).map(readSchema))
  const wheel = new TimerWheel()
  const keys = new AuthKeyTable()
  if (restored !== undefined) restoreKeys(keys, restored, randomBytes, wheel.clock.monotonic())
  const calls = new CallLog()
  const connects = new ConnectLog()
  const host = options.advertisedHost ?? options.host ?? '127.0.0.1'
  const datacenters: Datacenter[] = []
  const onRefused = (error: unknown, remote: string) => options.onRefused?.(error, remote)
  const onFault =
    options.onFault ?? ((error: unknown, where: string) => console.error(`box: ${where} failed:`, error))
  const faults = new FaultPlan({ seed: options.faultSeed, phoneOf: (userId) => world.user(userId)?.phone })
  const api = createApi(world, {
    dcOptions: () => datacenters.map(({ dc, port }) => dcOption(dc, host, port)),
    cdn: options.cdn && cdnRsaKey && cdnSettings(options.cdn, cdnRsaKey),
  })
  const ticker = new WorldTicker(world, wheel, onFault)
  const keeper =
    directory && new Keeper(directory, wheel, () => savedState({ rsaKey, cdnRsaKey, world, keys }), onFault)
  keys.onChange = () => keeper?.touch()
  const onCall = (report: Omit<CallReport, 'number'>) => {
    ticker.arm()
    keeper?.touch()
    const call = calls.add(report)
    options.onCall?.(call)
  }
  const { sharedKeys = false } = options
  const runner = new CallRunner({ world, api, layers, keys, wheel, faults, sharedKeys, onCall, onFault })
  const shared = {
    rsaKey,
    keys,
    nativeLayer: layers.native,
    wheel,
    faults,
    flushes: new FlushQueue(),
    connects,
    random: randomBytes,
    now: world.now,
    onRefused,
    onCall: (...[session, { msgId, body }]: Parameters<Datacenter['onCall']>) =>
      runner.run(session, msgId, body),
    onDropped: (...[session, msgId]: Parameters<Datacenter['onDropped']>) => runner.drop(session, msgId),
    isLost: (...[packet, key, where]: Parameters<Datacenter['isLost']>) =>
      isLost(packet, key, where, { faults, keys, layers }),
  }
  for (let dc = 1; dc <= (options.datacenters ?? 5); dc++) datacenters.push(new Datacenter(dc, shared))
  const cdn = cdnRsaKey && new Datacenter(CDN_DC, { ...shared, rsaKey: cdnRsaKey })
  if (cdn !== undefined) datacenters.push(cdn)
  const pushes = new Pushes({ layers, keys, onFault })
  const ends = [
    // Last of all, when nothing changes any more.
    () => keeper?.end(),
    async () => void (await Promise.all(datacenters.map((datacenter) => datacenter.close()))),
    () => ticker.stop(),
    sweepRegularly(keys, world, wheel, { ...defaultLifetimes, ...options.lifetimes }),
    world.onPush((target, updates) => {
      keeper?.touch()
      pushes.deliver(target, updates)
    }),
    world.onRevoked(({ authKeyId }) => {
      const key = keys.get(authKeyId)
      if (key !== undefined) keys.signedIn(key, signedInUser(world, authKeyId))
    }),
  ]
  return {
    world,
    rsaKey,
    cdn,
    host,
    wheel,
    keys,
    faults,
    calls,
    connects,
    datacenters,
    ticker,
    keeper,
    onRefused,
    onFault,
    ends,
  }
}

/** Where the box comes from: what was saved, or what it is given. */
async function originOf(options: BoxOptions, directory: DataDirectory | undefined): Promise<Origin> {
  const worldOptions: WorldOptions = directory === undefined ? {} : { filesDir: directory.files }
  const given = options.rsaKey === undefined ? undefined : readRsaKey(options.rsaKey)
  const cdnKey = (saved: RsaPrivateKey | undefined) =>
    options.cdn === undefined ? undefined : (saved ?? newRsaKey())
  const saved = await directory?.load()
  if (directory !== undefined && saved !== undefined) {
    const was = restore(saved, directory.file, worldOptions)
    return { world: was.world, rsaKey: given ?? was.rsaKey, cdnRsaKey: cdnKey(was.cdnRsaKey), restored: was }
  }
  const { world } = options
  return {
    world: typeof world === 'function' ? await world(worldOptions) : (world ?? new World(worldOptions)),
    rsaKey: given ?? newRsaKey(),
    cdnRsaKey: cdnKey(undefined),
    restored: undefined,
  }
}

function dcOption(id: number, ipAddress: string, port: number): tl.dcOption {
  return { _: 'dcOption', static: true, cdn: id === CDN_DC || undefined, id, ipAddress, port }
}

function cdnSettings(files: 'all' | 'marked', key: RsaPrivateKey): CdnSettings {
  return { dc: CDN_DC, publicKey: exportRsaPublicKey(key), files }
}

function sweepRegularly(
  keys: AuthKeyTable,
  world: World,
  wheel: TimerWheel,
  lifetimes: typeof defaultLifetimes,
): () => void {
  const timer = new Timer(() => {
    sweep(keys, lifetimes, world.now(), wheel.clock.monotonic())
    wheel.start(timer, SWEEP_INTERVAL)
  })
  wheel.start(timer, SWEEP_INTERVAL)
  return () => wheel.cancel(timer)
}

/** mtcute drops the leading zero of a fingerprint in hex and then does not find its key: such keys are drawn again. */
function newRsaKey(): RsaPrivateKey {
  for (;;) {
    const key = generateRsaKey()
    if (BigInt.asUintN(64, key.fingerprint) >> 60n !== 0n) return key
  }
}
