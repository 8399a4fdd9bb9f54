/** Why another face than the wished one is shown. */
export type FaceFault = 'no-webgl' | 'too-large' | 'broken' | 'unreachable'

export class FaceFailure extends Error {
  declare readonly fault: FaceFault

  constructor(fault: FaceFault, options?: ErrorOptions) {
    super(`No face: ${fault}`, options)
    this.fault = fault
  }
}
