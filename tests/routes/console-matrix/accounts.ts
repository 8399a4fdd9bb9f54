import type { MadeInvitation } from '../../../server/protocol/console-account.ts'
import type { PrepareMatrixPart } from '../../helpers/console-matrix.ts'

export const part: PrepareMatrixPart = async ({ operator, theirs, theirPersona }) => {
  const made = await operator.post('/invitations', { role: 'lecturer', name: '助手小陈', personaId: theirPersona })
  const { invitation } = made.json<MadeInvitation>()
  const { id, login } = theirs.account
  const settings = { lecturerApproves: false, secondPersonPublishes: false, requireSecondFactor: false }
  return {
    secrets: [id, login, theirs.account.name, invitation.id, invitation.name],
    rows: [
      { method: 'POST', route: '/sign-in', answer: 'anybody' },
      { method: 'GET', route: '/invitations/by-token/:token', answer: 'anybody' },
      { method: 'POST', route: '/invitations/by-token/:token/accept', answer: 'anybody' },
      { method: 'POST', route: '/sign-out', answer: 'own' },
      { method: 'GET', route: '/me', answer: 'hidden' },
      { method: 'POST', route: '/me/password', answer: 'own' },
      { method: 'POST', route: '/me/totp/start', answer: 'own' },
      { method: 'POST', route: '/me/totp/confirm', answer: 'own' },
      { method: 'POST', route: '/me/totp/remove', answer: 'own' },
      { method: 'GET', route: '/invitations', answer: 'not-allowed' },
      {
        method: 'POST',
        route: '/invitations',
        payload: { role: 'lecturer', name: '自己', personaId: theirPersona },
        answer: 'not-allowed',
      },
      { method: 'DELETE', route: '/invitations/:id', path: `/invitations/${invitation.id}`, answer: 'not-allowed' },
      { method: 'GET', route: '/accounts', answer: 'not-allowed' },
      { method: 'PATCH', route: '/accounts/:id', path: `/accounts/${id}`, payload: {}, answer: 'not-allowed' },
      { method: 'POST', route: '/accounts/:id/reset-link', path: `/accounts/${id}/reset-link`, answer: 'not-allowed' },
      { method: 'GET', route: '/audit', path: `/audit?personaId=${theirPersona}`, answer: 'not-allowed' },
      { method: 'GET', route: '/settings', answer: 'not-allowed' },
      { method: 'PUT', route: '/settings', payload: settings, answer: 'not-allowed' },
    ],
  }
}
