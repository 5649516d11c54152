/** `telegram-mt box`: from its options to a box that runs until it is told to end. */
import { type Box, type BoxProxy, startBox } from '@telegram-mt/box'
import { usageError } from '../errors.ts'
import { type CommandContext, type Given, listOption, type Outcome, textOption } from '../run/command.ts'
import { count, readTextFile } from '../run/settings.ts'
import { BoxReport } from './box-report.ts'
import { makeWorld } from './make-world.ts'
import { whyNotStarted } from './why-not-started.ts'

export async function runBox(context: CommandContext, given: Given): Promise<Outcome> {
  const { settings, streams, signal } = context
  const report = new BoxReport(streams, settings.json)
  const verbose = given.options.verbose === true
  const host = textOption(given, 'host') ?? '127.0.0.1'
  const port = basePort(given)
  const rsaKeyFile = textOption(given, 'rsaKey')
  const schemaFiles = listOption(given, 'schema')
  const data = textOption(given, 'data')
  const controlPort = optionalCount(given, 'control', '--control')
  if (controlPort !== undefined && controlPort > 65535)
    throw usageError(`--control takes a port from 0 to 65535 (got '${controlPort}')`)
  const box = await startBox({
    host,
    port,
    rsaKey: rsaKeyFile && readTextFile(rsaKeyFile, '--rsa-key'),
    schemas: schemaFiles.map((file) => readTextFile(file, '--schema')),
    world: (options) => makeWorld(settings.world, options),
    data,
    control: controlPort,
    cdn: given.options.cdn === true ? 'all' : undefined,
    sharedKeys: given.options.sharedKeys === true,
    advertisedHost: textOption(given, 'advertise'),
    faultSeed: optionalCount(given, 'faultSeed', '--fault-seed'),
    onCall: verbose ? (call) => report.call(call) : undefined,
    onRefused: verbose ? (error, remote) => report.refused(error, remote) : undefined,
    onFault: (error, where) => report.fault(error, where),
  }).catch((error: unknown) => {
    throw whyNotStarted(error, { host, port, controlPort, rsaKeyFile, schemaFiles, data })
  })
  try {
    const proxy = await openProxy(box, given)
    box.world.onLoginCode((code) => report.loginCode(code))
    report.started(box, proxy)
    const told = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve())
      if (signal.aborted) resolve()
    })
    // The control port may end it, too.
    await Promise.race([told, box.closed])
  } finally {
    await box.close()
  }
  return {}
}

function optionalCount(given: Given, name: string, flag: string): number | undefined {
  const text = textOption(given, name)
  return text === undefined ? undefined : count(text, flag, 0)
}

async function openProxy(box: Box, given: Given): Promise<BoxProxy | undefined> {
  const wanted = given.options.mtproxy
  if (wanted === undefined) return undefined
  try {
    return await box.proxy(typeof wanted === 'string' ? { secret: wanted } : {})
  } catch (error) {
    throw usageError(`--mtproxy: ${error instanceof Error ? error.message : error}`, error)
  }
}

function basePort(given: Given): number {
  const port = count(textOption(given, 'port') ?? '0', '--port', 0)
  // Five datacenters, on this port and the next four.
  if (port > 65531)
    throw usageError(`--port takes 0, or 1 to 65531, as DC 5 listens on port + 4 (got '${port}')`)
  return port
}
