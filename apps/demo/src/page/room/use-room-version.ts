import { useEffect, useState } from 'react'
import type { OpenRoom } from './open-room.ts'

/** Renders again whenever the room's document or the people in it change. */
export function useRoomVersion(room: OpenRoom | undefined): void {
  const [, setVersion] = useState(0)
  useEffect(() => room?.onChange(() => setVersion((version) => version + 1)), [room])
}
