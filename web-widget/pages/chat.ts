import { showWholePage } from './whole-page.ts'

showWholePage()
