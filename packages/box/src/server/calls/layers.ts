/**
 * The layers that the box can speak. The world knows one layer, its own; clients of other layers are answered through
 * their own schema, by name: what a layer does not know is left out, what it wants besides is given as zero.
 */
import { parseTl, TableCodec, type TlSchema } from '@telegram-mt/tl'
import { schemaText } from '../../generated/schema.ts'

export class Layers {
  readonly #codecs = new Map<number, TableCodec>()
  /** Layers without a schema of their own → the codec that serves them. */
  readonly #nearest = new Map<number, TableCodec>()
  /** The layer of the world's own objects. */
  readonly native: number
  readonly #own: TableCodec

  /**
   * @param more schemas of other layers; each names its own by a `// LAYER n` line.
   * @throws RangeError if one does not
   */
  constructor(more: readonly TlSchema[] = []) {
    const own = parseTl(schemaText)
    this.native = own.layer ?? 0
    this.#own = new TableCodec(own)
    this.#codecs.set(this.native, this.#own)
    for (const schema of more) {
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
    const known = this.#codecs.get(layer) ?? this.#nearest.get(layer)
    if (known !== undefined) return known
    let nearest = this.#own
    let least = Math.abs(this.native - layer)
    for (const [other, codec] of this.#codecs) {
      if (Math.abs(other - layer) >= least) continue
      nearest = codec
      least = Math.abs(other - layer)
    }
    // Whoever invents layers shall not fill the memory.
    if (this.#nearest.size < 1000) this.#nearest.set(layer, nearest)
    return nearest
  }
}
