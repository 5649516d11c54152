/** Messages that carry something without a file: a contact, a place, a throw of dice. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { type SendMediaOptions, sendMedia } from './send-media.ts'

/** Somebody's card. */
export interface ContactCard {
  phone: string
  firstName: string
  lastName?: string | undefined
  /** More about the person, as a vCard. */
  vcard?: string | undefined
}

/** A place on Earth. */
export interface Coordinates {
  /** Degrees north. */
  latitude: number
  /** Degrees east. */
  longitude: number
  /** Radius of uncertainty, metres. */
  accuracy?: number | undefined
}

/** A place that changes, and for how long. */
export interface LiveLocation extends Coordinates {
  /** For how long it is shared, seconds: 60 to 86,400. */
  period: number
  /** Degrees, 1 to 360. */
  heading?: number | undefined
  /** Metres at which to tell of somebody coming near. */
  proximityAlert?: number | undefined
}

/** A place with a name and an address. */
export interface Venue extends Coordinates {
  title: string
  address: string
  /** `foursquare` or `gplaces`, with the id and type that it has there. */
  provider?: string | undefined
  venueId?: string | undefined
  venueType?: string | undefined
}

/** 🎲 a die, 🎯 darts, 🏀 basketball, ⚽ football, 🎳 bowling, 🎰 a slot machine; the server throws. */
export type Dice = '🎲' | '🎯' | '🏀' | '⚽' | '🎳' | '🎰'

/** Sends somebody's contact card. @throws RpcError `PHONE_NUMBER_INVALID`, … */
export function sendContact(
  session: SessionContext,
  to: PeerLike,
  contact: ContactCard,
  options?: SendMediaOptions,
): Promise<tl.message> {
  const { phone, firstName, lastName = '', vcard = '' } = contact
  const media: tl.InputMedia = { _: 'inputMediaContact', phoneNumber: phone, firstName, lastName, vcard }
  return sendMedia(session, to, media, options)
}

/** Sends a place; with `period`, one that can be moved by `editMedia` as long as it is shared. */
export function sendLocation(
  session: SessionContext,
  to: PeerLike,
  place: Coordinates | LiveLocation,
  options?: SendMediaOptions,
): Promise<tl.message> {
  return sendMedia(session, to, locationMedia(place), options)
}

/** The place as media, also for moving a live location by `editMedia`. */
export function locationMedia(place: Coordinates | LiveLocation): tl.InputMedia {
  if (!('period' in place)) return { _: 'inputMediaGeoPoint', geoPoint: geoPoint(place) }
  return {
    _: 'inputMediaGeoLive',
    geoPoint: geoPoint(place),
    period: place.period,
    heading: place.heading,
    proximityNotificationRadius: place.proximityAlert,
  }
}

/** Sends a place with a name. */
export function sendVenue(
  session: SessionContext,
  to: PeerLike,
  venue: Venue,
  options?: SendMediaOptions,
): Promise<tl.message> {
  const { title, address, provider = '', venueId = '', venueType = '' } = venue
  const media: tl.InputMedia = {
    _: 'inputMediaVenue',
    geoPoint: geoPoint(venue),
    title,
    address,
    provider,
    venueId,
    venueType,
  }
  return sendMedia(session, to, media, options)
}

/** Throws dice; the value is in the answer's `media.value`. */
export function sendDice(
  session: SessionContext,
  to: PeerLike,
  emoji: Dice = '🎲',
  options?: SendMediaOptions,
): Promise<tl.message> {
  return sendMedia(session, to, { _: 'inputMediaDice', emoticon: emoji }, options)
}

function geoPoint({ latitude, longitude, accuracy }: Coordinates): tl.InputGeoPoint {
  return { _: 'inputGeoPoint', lat: latitude, long: longitude, accuracyRadius: accuracy }
}
