import { parentPort, workerData } from 'node:worker_threads'
import { serveModel } from './serve-model.ts'

// A thread of its own: a model computes without a pause, and the server goes on answering meanwhile.
if (parentPort !== null) serveModel(parentPort, workerData)
