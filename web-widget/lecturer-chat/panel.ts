import { LecturerChat } from './lecturer-chat.ts'

// Once a page, however many scripts ask for it.
if (customElements.get('lecturer-chat') === undefined) customElements.define('lecturer-chat', LecturerChat)
