import { defineLecturerChat } from './define.ts'

defineLecturerChat()
