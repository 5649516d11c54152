/**
 * A datacenter's number as it stands on the wire, in key exchanges and in what a proxy is told: "the DC ID … 10000 added to it
 * for test DCs, negated for media DCs" (https://core.telegram.org/mtproto/auth_key#4-encrypted-data-payload-generation).
 */
export function wireDc(dc: number, options: { test: boolean; media?: boolean }): number {
  const number = options.test ? dc + 10_000 : dc
  return options.media === true ? -number : number
}
