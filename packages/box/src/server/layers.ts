/**
 * The layers that the box can speak. The world knows one layer, its own; clients of other layers are answered through
 * their own schema, by name: what a layer does not know is left out, what it wants besides is given as zero.
 */
import { parseTl, TableCodec, type TlSchema } from '@telegram-mt/tl'
import { schemaText } from '../generated/schema.ts'

export class Layers {
  readonly #codecs = new Map<number, TableCodec>()
  /** The layer of the world's own objects. */
  readonly native: number

  /** @param more schemas of other layers; each names its own by a `// LAYER n` line. */
  constructor(more: readonly TlSchema[] = []) {
    const own = parseTl(schemaText)
    this.native = own.layer ?? 0
    for (const schema of [own, ...more]) {
      if (schema.layer === undefined)
        throw new RangeError("a layer's schema names its number in a line '// LAYER n'")
      this.#codecs.set(schema.layer, new TableCodec(schema))
    }
  }

  /** The layers known, ascending. */
  get known(): number[] {
    return [...this.#codecs.keys()].sort((a, b) => a - b)
  }

  /** The codec for a client of this layer: its own, or of those known the one that differs least from it. */
  codec(layer: number): TableCodec {
    const exact = this.#codecs.get(layer)
    if (exact !== undefined) return exact
    const [nearest = this.native] = this.known.sort((a, b) => Math.abs(a - layer) - Math.abs(b - layer))
    const codec = this.#codecs.get(nearest)
    if (codec === undefined) throw new RangeError(`no schema is loaded for layer ${nearest}`)
    return codec
  }
}
