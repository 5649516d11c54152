/** The machine on which was measured, in the words of its own description. */
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { aesIge } from '@telegram-mt/crypto'

export interface Machine {
  readonly processor: string
  readonly cores: number
  /** GiB. */
  readonly memory: number
  readonly system: string
  readonly node: string
  readonly compiler: string
  /** The implementation of AES-IGE that `ours` stands for. */
  readonly aes: string
  /** Of the last minute, before the run. */
  readonly load: number
}

export function describeMachine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}, ${process.arch}`,
    node: process.version,
    compiler: compiler(),
    aes: aesIge.name,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

function compiler(): string {
  try {
    const [line = ''] = execFileSync(process.env.CC ?? 'cc', ['--version'], { encoding: 'utf8' }).split('\n')
    return line.trim()
  } catch {
    return 'none'
  }
}
