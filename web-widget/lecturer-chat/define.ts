import { LecturerChat } from './lecturer-chat.ts'

/** Registers `<lecturer-chat>` once a page, however many scripts ask for it. */
export function defineLecturerChat(): void {
  if (customElements.get('lecturer-chat') === undefined) customElements.define('lecturer-chat', LecturerChat)
}
