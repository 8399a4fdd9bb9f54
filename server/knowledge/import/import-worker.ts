import { parentPort } from 'node:worker_threads'
import { serveImports } from './serve-imports.ts'

// A thread of its own: a bad file may take its time or its memory, and the server goes on answering meanwhile.
if (parentPort !== null) serveImports(parentPort)
