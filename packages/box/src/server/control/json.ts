/** Values of the box as JSON: 64-bit numbers become strings of digits, bytes base64. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString()
    return part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part
  })
}
