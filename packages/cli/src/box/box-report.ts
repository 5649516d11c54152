/** What a running box tells of itself: lines to read, or one JSON object a line. */
import type { Box, BoxProxy, CallReport, LoginCode } from '@telegram-mt/box'
import { printableLine } from '../terminal/printable.ts'
import type { Streams } from '../terminal/streams.ts'
import { table } from '../terminal/table.ts'

export class BoxReport {
  readonly #streams: Pick<Streams, 'output' | 'errors'>
  readonly #json: boolean

  constructor(streams: Pick<Streams, 'output' | 'errors'>, json: boolean) {
    this.#streams = streams
    this.#json = json
  }

  /** The first thing said, once every port is open. */
  started({ dcs, cdn, publicKey, fingerprint, control }: Box, proxy: BoxProxy | undefined): void {
    if (this.#json) {
      const more = {
        ...(cdn && { cdn }),
        ...(control && { control: control.url }),
        ...(proxy && { proxy: proxy.link }),
      }
      this.#print(JSON.stringify({ dcs, publicKey, fingerprint, ...more }))
      return
    }
    this.#print('Telegram in a box. Its datacenters:')
    for (const line of table(dcs.map(({ id, host, port }) => [`  DC ${id}`, `${host}:${port}`])))
      this.#print(line)
    if (cdn !== undefined) this.#print(`  CDN ${cdn.id}  ${cdn.host}:${cdn.port}`)
    this.#print(`The public key that clients need, fingerprint ${fingerprint}:`)
    this.#print(publicKey.trimEnd())
    if (control !== undefined) this.#print(`Control port: ${control.url}`)
    if (proxy !== undefined) this.#print(`MTProxy: ${proxy.link}`)
    this.#print(
      'Any phone number can sign up. A number 99966XYYYY lives on DC X, and its login code is XXXXX. Ctrl-C ends it.',
    )
  }

  loginCode({ phone, code }: LoginCode): void {
    if (this.#json) this.#print(JSON.stringify({ loginCode: { phone, code } }))
    else this.#print(`login code for +${phone}: ${code}`)
  }

  call({ dc, method, userId, layer, error }: CallReport): void {
    if (this.#json) {
      this.#print(
        JSON.stringify({ call: { dc, method, layer, userId: userId ?? null, error: error ?? null } }),
      )
    } else {
      const who = userId === undefined ? 'nobody' : `user ${userId}`
      this.#print(
        `DC ${dc}  ${who}  ${printableLine(method)}${error === undefined ? '' : `  → ${printableLine(error)}`}`,
      )
    }
  }

  refused(error: unknown, remote: string): void {
    const why = error instanceof Error ? error.message : String(error)
    if (this.#json) this.#print(JSON.stringify({ refused: { remote, why } }))
    else this.#print(`cut off ${remote}: ${printableLine(why)}`)
  }

  /** An error of the box itself. */
  fault(error: unknown, where: string): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#streams.errors.write(`telegram-mt box: ${where} failed: ${what}\n`)
  }

  #print(line: string): void {
    this.#streams.output.write(`${line}\n`)
  }
}
