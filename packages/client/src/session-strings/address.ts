// The address in a session string: formats that need one get the published one of the datacenter, and those that do not
// name the environment are asked for it through the address.

import { publishedDatacenters } from '../dc/datacenter.ts'
import { ipToBytes } from './ip-address.ts'
import { type PortableAddress, type PortableSession, unfit } from './portable-session.ts'

export function addressOf({ dc, test, address }: PortableSession): PortableAddress {
  if (address !== undefined) return address
  const published = publishedDatacenters[test ? 'test' : 'production'].find(({ id }) => id === dc)
    ?.addresses[0]
  if (published === undefined)
    throw unfit(`the format needs the address of datacenter ${dc}, which is not known`)
  return { host: published.host, port: published.port }
}

/** True for the published addresses of the test environment. */
export function isTestAddress({ host }: PortableAddress): boolean {
  const bytes = ipToBytes(host)?.join()
  return publishedDatacenters.test.some(({ addresses }) =>
    addresses.some(
      (address) =>
        address.host === host || (bytes !== undefined && ipToBytes(address.host)?.join() === bytes),
    ),
  )
}
