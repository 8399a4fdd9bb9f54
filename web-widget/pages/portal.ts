import { defineLecturerChat } from '../lecturer-chat/define.ts'

defineLecturerChat()
