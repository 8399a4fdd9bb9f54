import { Texture } from 'three'
import type { GLTFParser } from 'three/addons/loaders/GLTFLoader.js'

interface ImageEntry {
  readonly bufferView?: number
  readonly mimeType?: string
}

/**
 * Lets a loader decode the pictures inside a figure straight from its bytes. Its own way goes over `blob:` addresses,
 * which our content security policy forbids, and that of many a portal.
 */
export function decodeEmbeddedImages(parser: GLTFParser): void {
  const fromAddress = parser.loadImageSource.bind(parser)
  const images = (parser.json as { readonly images?: readonly ImageEntry[] }).images ?? []
  const decoded = new Map<number, Promise<ImageBitmap>>()
  parser.loadImageSource = async (index, loader) => {
    const { bufferView, mimeType } = images[index] ?? {}
    if (bufferView === undefined) return fromAddress(index, loader)
    let bitmap = decoded.get(index)
    if (bitmap === undefined) {
      const bytes = (await parser.getDependency('bufferView', bufferView)) as ArrayBuffer
      const blob = new Blob([bytes], mimeType === undefined ? {} : { type: mimeType })
      bitmap = createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' })
      decoded.set(index, bitmap)
    }
    const texture = new Texture(await bitmap)
    texture.needsUpdate = true
    return texture
  }
}
