import { type Box, BoxDataError, BoxOptionError, type BoxProxy, startBox } from '@telegram-mt/box'
import { BoxReport } from '../box/box-report.ts'
import { makeWorld } from '../box/make-world.ts'
import { CliError, usageError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Command, type Given, listOption, textOption } from '../run/command.ts'
import { count, readTextFile } from '../run/settings.ts'

export const box: Command = {
  name: 'box',
  summary: 'run Telegram in a box: five datacenters on ports of this machine, until Ctrl-C',
  details:
    'With --json the first line is {"dcs":[{"id","host","port"},…],"publicKey","fingerprint"}; save it to a file and give ' +
    'that to --box-at. Every later line is {"loginCode":{"phone","code"}}, or with --verbose {"call":{…}} as well.',
  options: [
    { flags: '--host <address>', describe: 'where to listen; 127.0.0.1 if left out' },
    { flags: '--port <number>', describe: 'DC n listens on port + n − 1; 0, or left out, picks free ports' },
    {
      flags: '--rsa-key <file>',
      describe: 'RSA private key of 2048 bits in PEM (PKCS#1 or PKCS#8); made if left out',
    },
    {
      flags: '--schema <file...>',
      describe: 'TL schema of one more layer that clients may speak; may be repeated',
    },
    {
      flags: '--data <directory>',
      describe: 'keep the box there over restarts; what is there counts for more than --world',
    },
    {
      flags: '--control <port>',
      describe: 'HTTP and JSON to control the box by, on 127.0.0.1; 0 picks a free port',
    },
    {
      flags: '--mtproxy [secret]',
      describe: 'open an MTProxy as well, with this secret (hex; dd… and ee… too) or a new one',
    },
    { flags: '--advertise <address>', describe: 'the address that clients are told, if it is not --host' },
    { flags: '--fault-seed <number>', describe: 'for faults by chance; 1 if left out' },
    { flags: '--verbose', describe: 'show every call' },
  ],
  only: 'shell',
  endless: true,
  endsOnSignal: true,
  async run(context, given) {
    const { settings, streams, signal } = context
    const report = new BoxReport(streams, settings.json)
    const verbose = given.options.verbose === true
    const host = textOption(given, 'host') ?? '127.0.0.1'
    const port = basePort(given)
    const rsaKeyFile = textOption(given, 'rsaKey')
    const schemaFiles = listOption(given, 'schema')
    const controlPort = optionalCount(given, 'control', '--control')
    if (controlPort !== undefined && controlPort > 65535)
      throw usageError(`--control takes a port from 0 to 65535 (got '${controlPort}')`)
    const box = await startBox({
      host,
      port,
      rsaKey: rsaKeyFile && readTextFile(rsaKeyFile, '--rsa-key'),
      schemas: schemaFiles.map((file) => readTextFile(file, '--schema')),
      world: (options) => makeWorld(settings.world, options),
      data: textOption(given, 'data'),
      control: controlPort,
      advertisedHost: textOption(given, 'advertise'),
      faultSeed: optionalCount(given, 'faultSeed', '--fault-seed'),
      onCall: verbose ? (call) => report.call(call) : undefined,
      onRefused: verbose ? (error, remote) => report.refused(error, remote) : undefined,
      onFault: (error, where) => report.fault(error, where),
    }).catch((error: unknown) => {
      throw whyNotStarted(error, { host, port, controlPort, rsaKeyFile, schemaFiles })
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
  },
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

interface Wanted {
  host: string
  port: number
  controlPort: number | undefined
  rsaKeyFile: string | undefined
  schemaFiles: readonly string[]
}

function whyNotStarted(error: unknown, wanted: Wanted): unknown {
  const { host, port, controlPort, rsaKeyFile, schemaFiles } = wanted
  if (error instanceof BoxOptionError) {
    return error.option === 'rsaKey'
      ? usageError(`--rsa-key ${rsaKeyFile}: ${error.message}`, error)
      : usageError(`--schema ${schemaFiles[error.index ?? 0]}: ${error.message}`, error)
  }
  if (!(error instanceof Error) || !('code' in error)) return error
  const failed = (message: string) =>
    new CliError(exitCodes.failed, String(error.code), message, { cause: error })
  if (error instanceof BoxDataError) return failed(`--data: ${error.message}`)
  const taken = 'port' in error ? error.port : port
  if (error.code === 'EADDRINUSE' && taken === controlPort) {
    return failed(
      `port ${taken} is taken by another program: choose another with --control, or 0 for a free one`,
    )
  }
  switch (error.code) {
    case 'EADDRINUSE':
      return failed(
        `port ${taken} of ${host} is taken by another program: choose others with --port, or 0 for free ones`,
      )
    case 'EACCES':
      return failed(
        `port ${taken} of ${host} may not be used by this user: choose one above 1023 with --port`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return usageError(`--host ${host} is no address of this machine`, error)
    default:
      return error
  }
}
