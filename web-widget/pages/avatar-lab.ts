import { startAvatarLab } from '../avatar-lab/avatar-lab.ts'

const root = document.getElementById('lab')
if (root === null) throw new Error('The page has no #lab')
void startAvatarLab(root)
