/**
 * The messages of the key exchange, as both sides read and write them; their shapes come from the service schema.
 * https://core.telegram.org/mtproto/auth_key
 */
import { TlReader, TlWriter } from '@telegram-mt/tl'
import {
  type RpcCall,
  readObject,
  type TlObject,
  type tl,
  writeCall,
  writeObject,
} from '../generated/index.ts'
import { KeyExchangeError } from './key-exchange-error.ts'

export type Request = tl.req_pq | tl.req_pq_multi | tl.req_DH_params | tl.set_client_DH_params
export type DhGen = tl.dh_gen_ok | tl.dh_gen_retry | tl.dh_gen_fail
export type Answer = tl.resPQ | tl.server_DH_params_ok | tl.server_DH_params_fail | DhGen

export function encodeRequest(request: Request): Uint8Array {
  const w = new TlWriter(512)
  writeCall(w, request)
  return w.finish()
}

export function encodeObject(object: TlObject): Uint8Array {
  const w = new TlWriter(1024)
  writeObject(w, object)
  return w.finish()
}

/** Throws KEY_EXCHANGE_MESSAGE for a body of another kind, TlError for a damaged one. */
export function readRequest(body: Uint8Array): Request {
  const object = readObject(new TlReader(body))
  switch (object._) {
    case 'req_pq':
    case 'req_pq_multi':
    case 'req_DH_params':
    case 'set_client_DH_params':
      return object
    default:
      throw unexpected(object, 'a request of the key exchange')
  }
}

/** Throws KEY_EXCHANGE_MESSAGE for a body of another kind, TlError for a damaged one. */
export function readAnswer(body: Uint8Array): Answer {
  const object = readObject(new TlReader(body))
  switch (object._) {
    case 'resPQ':
    case 'server_DH_params_ok':
    case 'server_DH_params_fail':
    case 'dh_gen_ok':
    case 'dh_gen_retry':
    case 'dh_gen_fail':
      return object
    default:
      throw unexpected(object, 'an answer of the key exchange')
  }
}

/** What follows the object is the padding of RSA_PAD. */
export function readPqInnerData(data: Uint8Array): tl.P_Q_inner_data {
  const object = readObject(new TlReader(data))
  switch (object._) {
    case 'p_q_inner_data':
    case 'p_q_inner_data_dc':
    case 'p_q_inner_data_temp':
    case 'p_q_inner_data_temp_dc':
      return object
    default:
      throw unexpected(object, 'p_q_inner_data')
  }
}

/** Reads as far as the object goes; its padding stays unread. */
export function readServerDhInnerData(r: TlReader): tl.server_DH_inner_data {
  const object = readObject(r)
  if (object._ === 'server_DH_inner_data') return object
  throw unexpected(object, 'server_DH_inner_data')
}

/** Reads as far as the object goes; its padding stays unread. */
export function readClientDhInnerData(r: TlReader): tl.client_DH_inner_data {
  const object = readObject(r)
  if (object._ === 'client_DH_inner_data') return object
  throw unexpected(object, 'client_DH_inner_data')
}

/** The shape of p_q_inner_data with a DC or without, for a temporary key (`expiresIn`, seconds) or not. */
export function pqInnerData(
  fields: Omit<tl.p_q_inner_data, '_'>,
  dc: number | undefined,
  expiresIn: number | undefined,
): tl.P_Q_inner_data {
  if (expiresIn === undefined) {
    return dc === undefined ? { _: 'p_q_inner_data', ...fields } : { _: 'p_q_inner_data_dc', ...fields, dc }
  }
  return dc === undefined
    ? { _: 'p_q_inner_data_temp', ...fields, expiresIn }
    : { _: 'p_q_inner_data_temp_dc', ...fields, dc, expiresIn }
}

/** Which of the three outcomes: their hashes are new_nonce_hash1, 2 and 3. */
export type DhGenNumber = 1 | 2 | 3

/** dh_gen_ok, dh_gen_retry or dh_gen_fail. */
export function dhGen(
  number: DhGenNumber,
  nonces: { nonce: Uint8Array; serverNonce: Uint8Array },
  hash: Uint8Array,
): DhGen {
  const { nonce, serverNonce } = nonces
  if (number === 1) return { _: 'dh_gen_ok', nonce, serverNonce, newNonceHash1: hash }
  if (number === 2) return { _: 'dh_gen_retry', nonce, serverNonce, newNonceHash2: hash }
  return { _: 'dh_gen_fail', nonce, serverNonce, newNonceHash3: hash }
}

export function outcomeOf(answer: DhGen): { number: DhGenNumber; hash: Uint8Array } {
  if (answer._ === 'dh_gen_ok') return { number: 1, hash: answer.newNonceHash1 }
  if (answer._ === 'dh_gen_retry') return { number: 2, hash: answer.newNonceHash2 }
  return { number: 3, hash: answer.newNonceHash3 }
}

function unexpected(object: TlObject | RpcCall, expected: string): KeyExchangeError {
  return new KeyExchangeError('KEY_EXCHANGE_MESSAGE', `${object._} where ${expected} was expected`)
}
