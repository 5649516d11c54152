import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProxyLinkError } from '../errors.ts'
import { describeProxy, parseProxyLink } from './proxy.ts'

const secret = '00112233445566778899aabbccddeeff'
const secretBytes = Uint8Array.from(Buffer.from(secret, 'hex'))

describe('proxy links', () => {
  it('reads MTProxy links in all their forms', () => {
    const plain = {
      type: 'mtproxy',
      host: 'proxy.example',
      port: 443,
      secret: { kind: 'plain', secret: secretBytes },
    }
    for (const start of ['tg://', 'tg:', 'https://t.me/', 't.me/', 'http://telegram.me/', 'telegram.dog/']) {
      expect(parseProxyLink(`${start}proxy?server=proxy.example&port=443&secret=${secret}`), start).toEqual(
        plain,
      )
    }
    expect(parseProxyLink(` tg://proxy?port=8443&server=1.2.3.4&secret=dd${secret}\n`)).toEqual({
      type: 'mtproxy',
      host: '1.2.3.4',
      port: 8443,
      secret: { kind: 'padded', secret: secretBytes },
    })
    expect(
      parseProxyLink(
        `tg://proxy?server=::1&port=1&secret=ee${secret}${Buffer.from('a.example').toString('hex')}`,
      ),
    ).toEqual({
      type: 'mtproxy',
      host: '::1',
      port: 1,
      secret: { kind: 'tls', secret: secretBytes, domain: 'a.example' },
    })
    const base64 = Buffer.from([0xfb, 0xef, ...secretBytes.subarray(2)]).toString('base64')
    expect(base64).toContain('+')
    expect(parseProxyLink(`tg://proxy?server=a&port=1&secret=${base64}`)).toMatchObject({
      secret: { kind: 'plain' },
    })
  })

  it('reads SOCKS and HTTP links', () => {
    const socks = { type: 'socks5', host: 'h.example', port: 1081, username: 'me', password: 'p@ss:w%rd' }
    expect(parseProxyLink('socks5://me:p%40ss%3Aw%25rd@h.example:1081')).toEqual(socks)
    expect(parseProxyLink('tg://socks?server=h.example&port=1081&user=me&pass=p%40ss%3Aw%25rd')).toEqual(
      socks,
    )
    expect(parseProxyLink('https://t.me/socks?server=h.example&port=1081')).toEqual({
      type: 'socks5',
      host: 'h.example',
      port: 1081,
    })
    expect(parseProxyLink('socks5://[2001:db8::1]')).toEqual({
      type: 'socks5',
      host: '2001:db8::1',
      port: 1080,
    })
    expect(parseProxyLink('http://h.example')).toEqual({ type: 'http', host: 'h.example', port: 80 })
    expect(parseProxyLink('https://u:p@h.example')).toEqual({
      type: 'http',
      host: 'h.example',
      port: 443,
      username: 'u',
      password: 'p',
      tls: true,
    })
  })

  it.each([
    ['', 'begins with'],
    ['h.example:1080', 'is no kind of proxy'],
    ['ftp://h.example', '"ftp:" is no kind of proxy'],
    ['tg://resolve?domain=durov', 'not to a proxy'],
    ['https://t.me/durov', 'not to a proxy'],
    ['tg://proxy?server=a&port=1', 'without a secret'],
    ['tg://proxy?server=a&port=1&secret=abc', 'secret'],
    [`tg://proxy?port=1&secret=${secret}`, 'without a server'],
    [`tg://proxy?server=a%2Fb&port=1&secret=${secret}`, 'neither a host name nor an address'],
    [`tg://proxy?server=a&port=0&secret=${secret}`, 'port from 1 to 65535'],
    [`tg://proxy?server=a&port=65536&secret=${secret}`, 'port from 1 to 65535'],
    ['socks5://h:99999', 'no URL'],
    ['socks5://u:%ff@h', 'wrongly escaped'],
    [`socks5://${'u'.repeat(256)}@h`, 'longer than 255 bytes'],
  ])('says what is wrong with %j', (link, what) => {
    expect(() => parseProxyLink(link)).toThrow(ProxyLinkError)
    expect(() => parseProxyLink(link)).toThrow(what)
  })

  it('understands or refuses any text by name, and shows no secret', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'tg://',
        'proxy',
        'socks',
        '?',
        'server=a',
        '&',
        'port=1',
        `secret=${secret}`,
        'socks5://',
        'u:hunter2@',
        'h:1',
      ),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          expect(describeProxy(parseProxyLink(parts.join('')))).not.toMatch(/hunter2|00112233/)
        } catch (error) {
          expect(error).toBeInstanceOf(ProxyLinkError)
          expect(String(error)).not.toContain('00112233')
        }
      }),
    )
  })
})
