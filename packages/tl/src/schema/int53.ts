// Which `long` fields are numbers in a program. Ids of users, chats and channels are below 2^52 (core.telegram.org/api/bots/ids)
// and so are sizes and offsets of files; everything else of 64 bits (access hashes, random ids, …) uses all of them.
// TL text does not tell the two apart, so the name of a field decides, and where the name is just `id`, its owner.

const ID_NAME =
  /^(?:\w+_)?(?:user|chat|channel|monoforum|bot|manager|admin|creator|inviter|participant|broadcast|actor|author|contact|owner)_id(?:_hint)?$/

/** Fields with one meaning wherever they stand. */
const NAMES = new Set([
  // one user, chat or channel
  'from_id',
  'to_id',
  'promoted_by',
  'kicked_by',
  'approved_by',
  'completed_by',
  'auto_setting_from',
  // several of them
  'users',
  'chats',
  'channels',
  'exclude_users',
  'recent_requesters',
  'recent_viewers',
  'other_uids',
  'except_ids',
  'winners',
  'top_bidders',
  // sizes and offsets, in bytes
  'size',
  'offset',
  'file_size_max',
  'video_size_max',
  'file_max_size',
  'video_max_size',
])

/** Fields whose meaning their owner gives: the name of a constructor or method, or the type of a constructor. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  id: ['User', 'Chat', 'ChatFull', 'UserFull', 'contacts.editCloseFriends', 'messages.getChats'],
  ids: ['phone.deleteConferenceCallParticipants'],
  max_id: ['messages.getCommonChats'],
  prev_value: ['channelAdminLogEventActionChangeLinkedChat'],
  new_value: ['channelAdminLogEventActionChangeLinkedChat'],
}

/** Whether the `long` (or vector of `long`) called `field` in `owner`, of type `ownerType`, is a number. */
export function isInt53(field: string, owner: string, ownerType: string): boolean {
  if (NAMES.has(field) || ID_NAME.test(field)) return true
  const owners = Object.hasOwn(OWNED, field) ? OWNED[field] : undefined
  return owners !== undefined && (owners.includes(owner) || owners.includes(ownerType))
}
