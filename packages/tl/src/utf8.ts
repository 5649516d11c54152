// UTF-8 as TL needs it: many short strings inside a larger buffer. Where the platform can decode and encode in place
// (Node's Buffer) that is used, because TextDecoder needs a view to be made for every string; anywhere else the
// standard coders do the same work.

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** Decodes `data[start..end)`; invalid sequences become U+FFFD, as everywhere on the web. */
export const decodeUtf8: (data: Uint8Array, start: number, end: number) => string =
  platformDecoder() ?? ((data, start, end) => decoder.decode(data.subarray(start, end)))

/** Encodes `text` at `pos` of `data`, which has room for it, and returns the number of bytes written. */
export const encodeUtf8: (data: Uint8Array, text: string, pos: number) => number =
  platformEncoder() ?? ((data, text, pos) => encoder.encodeInto(text, data.subarray(pos)).written)

function bufferMethod(name: string): unknown {
  const buffer: unknown = Reflect.get(globalThis, 'Buffer')
  return typeof buffer === 'function' ? Reflect.get(buffer.prototype as object, name) : undefined
}

function platformDecoder() {
  const slice = bufferMethod('utf8Slice')
  if (typeof slice !== 'function') return undefined
  const decode = slice as (this: Uint8Array, start: number, end: number) => string
  return (data: Uint8Array, start: number, end: number) => decode.call(data, start, end)
}

function platformEncoder() {
  const write = bufferMethod('utf8Write')
  if (typeof write !== 'function') return undefined
  const encode = write as (this: Uint8Array, text: string, pos: number) => number
  return (data: Uint8Array, text: string, pos: number) => encode.call(data, text, pos)
}
