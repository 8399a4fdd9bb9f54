import { type VRM, VRMLoaderPlugin } from '@pixiv/three-vrm'
import {
  AmbientLight,
  DirectionalLight,
  type Material,
  Mesh,
  type Object3D,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import type { AvatarDriver, FaceFrame } from '../avatar-driver.ts'
import { FaceFailure } from '../face-fault.ts'
import { decodeEmbeddedImages } from './embedded-images.ts'
import { fetchModel } from './fetch-model.ts'
import { vrmMouth } from './vrm-mouth.ts'

const SIDE = 320

/** A VRM figure, head and shoulders. Throws {@link FaceFailure} where it cannot be had, read or drawn. */
export async function createVrmDriver(address: string, signal: AbortSignal): Promise<AvatarDriver> {
  const bytes = await fetchModel(address, signal)
  const canvas = document.createElement('canvas')
  canvas.setAttribute('class', 'face')
  let renderer: WebGLRenderer
  try {
    renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true, powerPreference: 'low-power' })
  } catch (error) {
    throw new FaceFailure('no-webgl', { cause: error })
  }
  renderer.setPixelRatio(Math.min(2, window.devicePixelRatio))
  renderer.setSize(SIDE, SIDE, false)
  let vrm: VRM
  try {
    vrm = await read(bytes)
  } catch (error) {
    renderer.dispose()
    throw error
  }
  const scene = new Scene()
  const light = new DirectionalLight(0xffffff, Math.PI)
  light.position.set(0.6, 1, 1.2)
  scene.add(new AmbientLight(0xffffff, 0.9), light, vrm.scene)
  const camera = new PerspectiveCamera(22, 1, 0.1, 10)
  const head = vrm.humanoid.getNormalizedBoneNode('head')
  const place = (vrm.humanoid.getRawBoneNode('head') ?? vrm.scene).getWorldPosition(new Vector3())
  camera.position.set(place.x, place.y + 0.04, place.z + 1.35)
  camera.lookAt(place.x, place.y + 0.02, place.z)
  let before = performance.now()
  let disposed = false

  return {
    kind: 'model',
    element: canvas,
    draw({ mouth, pose }: FaceFrame) {
      if (disposed) return
      const now = performance.now()
      const face = vrm.expressionManager
      if (head !== null) {
        head.rotation.set(0.16 * pose.nod + 0.35 * pose.bow, 0.25 * pose.turn, (-pose.tilt * Math.PI) / 180)
      }
      face?.setValue('blink', Math.max(0, Math.min(1, 1 - pose.lid)))
      face?.setValue('relaxed', Math.max(0, 0.5 * pose.smile))
      face?.setValue('lookLeft', Math.max(0, -pose.gazeX))
      face?.setValue('lookRight', Math.max(0, pose.gazeX))
      // Last, so that no other expression has the last word about the mouth.
      for (const [name, value] of Object.entries(vrmMouth(mouth))) face?.setValue(name, value)
      vrm.update(Math.min(0.1, (now - before) / 1000))
      before = now
      renderer.render(scene, camera)
    },
    dispose() {
      disposed = true
      release(vrm.scene)
      renderer.dispose()
      renderer.forceContextLoss()
      canvas.remove()
    },
  }
}

async function read(bytes: ArrayBuffer): Promise<VRM> {
  const loader = new GLTFLoader()
  loader.register((parser) => {
    decodeEmbeddedImages(parser)
    return new VRMLoaderPlugin(parser)
  })
  try {
    const { userData } = await loader.parseAsync(bytes, '')
    const vrm = userData['vrm'] as VRM | undefined
    if (vrm === undefined) throw new FaceFailure('broken')
    // Figures of version 0 look the other way.
    if (vrm.meta.metaVersion === '0') vrm.scene.rotation.y = Math.PI
    return vrm
  } catch (error) {
    throw error instanceof FaceFailure ? error : new FaceFailure('broken', { cause: error })
  }
}

/** Gives the memory of the graphics card back. */
function release(root: Object3D): void {
  root.traverse((node) => {
    if (!(node instanceof Mesh)) return
    node.geometry.dispose()
    const materials: readonly Material[] = Array.isArray(node.material) ? node.material : [node.material]
    for (const material of materials) {
      for (const value of Object.values(material)) if (isTexture(value)) value.dispose()
      material.dispose()
    }
  })
}

function isTexture(value: unknown): value is { dispose(): void } {
  return typeof value === 'object' && value !== null && 'isTexture' in value && 'dispose' in value
}
