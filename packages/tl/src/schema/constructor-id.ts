// The id of a constructor is the CRC32 of its definition in a normal form (core.telegram.org/mtproto/TL-formal):
// without id and semicolon, `bytes` as `string`, fields of type `true` left out, no brackets.

const TABLE = crcTable()

/** The id that a definition gets when it carries none. `line` is one definition of TL text. */
export function computeConstructorId(line: string): number {
  return crc32(normalize(line))
}

function normalize(line: string): string {
  return line
    .replace(/;\s*$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^(\S+?)#[0-9a-fA-F]+/, '$1')
    .replace(/ \w+:flags\d*\.\d+\?true(?= |$)/g, '')
    .replace(/([:?])bytes(?= |$)/g, '$1string')
    .replace(/([:?<])int53(?=[ >]|$)/g, '$1long')
    .replace(/</g, ' ')
    .replace(/[>{}]/g, '')
    .trim()
}

function crc32(text: string): number {
  let crc = 0xffff_ffff
  for (let i = 0; i < text.length; i++) crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0)
  return (crc ^ 0xffff_ffff) >>> 0
}

function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
    return crc
  })
}
