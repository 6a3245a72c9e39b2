import type { RoomImage } from '../../domain/room-image'
import type { RoomModel } from './room-model'

/** What an image is to say, in the words of `imageDigest`. */
export function modelImage(model: RoomModel) {
  const { version, name, is_chat_enabled, is_active, media } = model.room
  return {
    ...model.position,
    room: { version, name, is_chat_enabled, is_active, media },
    playbackVersion: model.playbackVersion,
    people: [...model.people],
    pending: [...model.pending],
  }
}

/** An image, but for what the model does not know. */
export function imageDigest({ epoch, seq, note, offset, room, playback, people, pending }: RoomImage) {
  const { version, name, is_chat_enabled, is_active, media } = JSON.parse(room)
  return {
    epoch,
    seq,
    note,
    offset,
    room: { version, name, is_chat_enabled, is_active, media },
    playbackVersion: JSON.parse(playback).version,
    people: people.map(({ userId }) => userId),
    pending: pending.map(({ userId }) => userId),
  }
}
