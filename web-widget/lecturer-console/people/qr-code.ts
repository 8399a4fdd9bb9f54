import { encode } from 'uqr'
import { drawing } from '../../parts/dom.ts'

/** Modules around the code that stay light, as scanners need them (ISO/IEC 18004). */
const QUIET = 4

/** A QR code as a drawing, dark on light in every theme since scanners need it so; `label` names it for screen readers. */
export function qrCode(words: string, label: string): SVGSVGElement {
  const { data, size } = encode(words, { ecc: 'M', border: QUIET })
  const path = data.flatMap((line, y) => line.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  const svg = drawing(
    `0 0 ${size} ${size}`,
    [
      ['rect', { width: size, height: size, fill: '#fff' }],
      ['path', { d: path, fill: '#000', 'shape-rendering': 'crispEdges' }],
    ],
    'qr',
  )
  svg.removeAttribute('aria-hidden')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  return svg
}
