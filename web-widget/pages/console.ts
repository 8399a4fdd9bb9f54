import { startConsole } from '../lecturer-console/console.ts'

const root = document.getElementById('console')
if (root === null) throw new Error('The page has no #console')
startConsole(root)
