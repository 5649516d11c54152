/** What a box is given as text, read so that an error says which of the texts is wrong. */
import { parseRsaPrivateKey, type RsaPrivateKey } from '@telegram-mt/crypto'
import { parseTl, type TlSchema } from '@telegram-mt/tl'

/** An option of `startBox` cannot be used; `cause` has the parser's own error. */
export class BoxOptionError extends Error {
  override readonly name = 'BoxOptionError'
  readonly code = 'BOX_OPTION_INVALID'
  readonly option: 'rsaKey' | 'schemas'
  /** Which of the schemas, from 0. */
  readonly index: number | undefined

  constructor(option: 'rsaKey' | 'schemas', index: number | undefined, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.option = option
    this.index = index
  }
}

export function readRsaKey(pem: string): RsaPrivateKey {
  try {
    return parseRsaPrivateKey(pem)
  } catch (error) {
    throw new BoxOptionError('rsaKey', undefined, error)
  }
}

export function readSchema(text: string, index: number): TlSchema {
  try {
    const schema = parseTl(text)
    if (schema.layer === undefined) {
      throw new RangeError("a layer's schema names its number in a line '// LAYER n'")
    }
    return schema
  } catch (error) {
    throw new BoxOptionError('schemas', index, error)
  }
}
