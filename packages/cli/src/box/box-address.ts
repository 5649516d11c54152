/** Where a running box is: the line of JSON that `telegram-mt box --json` prints first, taken in again by `--box-at`. */
import { createHash } from 'node:crypto'
import { usageError } from '../errors.ts'

export interface BoxAddress {
  dcs: { id: number; host: string; port: number }[]
  /** PEM, PKCS#1. */
  publicKey: string
  /** 16 hexadecimal digits. */
  fingerprint: string
}

/**
 * The first line of a text as the address of a box; lines after it do not matter.
 * @throws CliError saying what does not fit.
 */
export function readBoxAddress(text: string, file: string): BoxAddress {
  const wrong = (what: string) =>
    usageError(`--box-at ${file}: ${what}; expected the first line that 'telegram-mt box --json' prints`)
  const [line = ''] = text.trimStart().split('\n', 1)
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    throw wrong('it is not JSON')
  }
  if (typeof json !== 'object' || json === null) throw wrong('it is no JSON object')
  const { dcs, publicKey, fingerprint } = json as Record<string, unknown>
  if (!Array.isArray(dcs) || dcs.length === 0) throw wrong('it lists no datacenters (dcs)')
  if (typeof publicKey !== 'string') throw wrong('it has no publicKey')
  return {
    dcs: dcs.map((dc: unknown, index) => {
      if (!isDatacenter(dc)) throw wrong(`dcs[${index}] is not an id, a host and a port`)
      return { id: dc.id, host: dc.host, port: dc.port }
    }),
    publicKey,
    // It names a file of ours: nothing else than the digits may come in here.
    fingerprint:
      typeof fingerprint === 'string' && /^[0-9a-f]{16}$/.test(fingerprint) ? fingerprint : digest(publicKey),
  }
}

function isDatacenter(value: unknown): value is { id: number; host: string; port: number } {
  if (typeof value !== 'object' || value === null) return false
  const { id, host, port } = value as Record<string, unknown>
  return Number.isInteger(id) && typeof host === 'string' && Number.isInteger(port)
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
