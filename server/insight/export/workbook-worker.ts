import { parentPort } from 'node:worker_threads'
import { serveWorkbook } from './serve-workbook.ts'

// A thread of its own: a long workbook takes seconds of computing, and the server goes on answering meanwhile.
if (parentPort !== null) serveWorkbook(parentPort)
