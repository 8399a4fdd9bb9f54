import { crc32, deflateSync } from 'node:zlib'

/** The bones that a VRM 1.0 figure must have, each with its parent and its place beside it (metres). */
const BONES: readonly (readonly [name: string, parent: string | null, x: number, y: number])[] = [
  ['hips', null, 0, 0.9],
  ['spine', 'hips', 0, 0.2],
  ['head', 'spine', 0, 0.4],
  ['leftUpperArm', 'spine', 0.2, 0.25],
  ['leftLowerArm', 'leftUpperArm', 0.25, 0],
  ['leftHand', 'leftLowerArm', 0.25, 0],
  ['rightUpperArm', 'spine', -0.2, 0.25],
  ['rightLowerArm', 'rightUpperArm', -0.25, 0],
  ['rightHand', 'rightLowerArm', -0.25, 0],
  ['leftUpperLeg', 'hips', 0.1, -0.05],
  ['leftLowerLeg', 'leftUpperLeg', 0, -0.4],
  ['leftFoot', 'leftLowerLeg', 0, -0.4],
  ['rightUpperLeg', 'hips', -0.1, -0.05],
  ['rightLowerLeg', 'rightUpperLeg', 0, -0.4],
  ['rightFoot', 'rightLowerLeg', 0, -0.4],
]

/** How far each shape draws the mouth down (metres); `blink` leaves it alone. */
const SHAPES = { aa: -0.06, ih: -0.02, ou: -0.03, ee: -0.03, oh: -0.045, blink: 0 } as const

/**
 * A VRM 1.0 figure (binary glTF) as small as one can be: the bones that are required and a face of two squares, skin
 * with an embedded PNG of 2×2 pixels and a nearly black mouth that the morph targets open.
 */
export function tinyVrm(): Buffer {
  const pieces: Buffer[] = []
  const bufferViews: object[] = []
  const accessors: object[] = []
  const view = (data: Buffer): number => {
    const byteOffset = pieces.reduce((sum, { length }) => sum + length, 0)
    bufferViews.push({ buffer: 0, byteOffset, byteLength: data.length })
    pieces.push(data, Buffer.alloc((4 - (data.length % 4)) % 4))
    return bufferViews.length - 1
  }
  const floats = (type: 'VEC2' | 'VEC3', rows: readonly (readonly number[])[]): number => {
    const data = Buffer.from(Float32Array.from(rows.flat()).buffer)
    const columns = (rows[0] ?? []).map((_value, column) => rows.map((row) => row[column] ?? 0))
    const [min, max] = [columns.map((each) => Math.min(...each)), columns.map((each) => Math.max(...each))]
    accessors.push({ bufferView: view(data), componentType: 5126, count: rows.length, type, min, max })
    return accessors.length - 1
  }
  const square = (width: number, from: number, to: number, z: number): number[][] => [
    [-width, from, z],
    [width, from, z],
    [width, to, z],
    [-width, to, z],
  ]
  const corners = [0, 1, 2, 3]
  const normals = floats(
    'VEC3',
    corners.map(() => [0, 0, 1]),
  )
  const places = floats(
    'VEC2',
    square(0.5, 0, 1, 0).map(([x = 0, y = 0]) => [x + 0.5, 1 - y]),
  )
  accessors.push({ bufferView: view(Buffer.from([0, 1, 2, 0, 2, 3])), componentType: 5121, count: 6, type: 'SCALAR' })
  const indices = accessors.length - 1
  const moved = (by: number): number =>
    floats(
      'VEC3',
      corners.map((corner) => [0, corner < 2 ? by : 0, 0]),
    )
  const primitive = (position: number, material: number, opens: boolean): object => ({
    attributes: { POSITION: position, NORMAL: normals, TEXCOORD_0: places },
    indices,
    material,
    targets: Object.values(SHAPES).map((by) => ({ POSITION: moved(opens ? by : 0) })),
  })
  const skin = primitive(floats('VEC3', square(0.12, -0.08, 0.14, 0.1)), 0, false)
  const mouth = primitive(floats('VEC3', square(0.05, -0.001, 0, 0.11)), 1, true)
  const nodes = BONES.map(([name, , x, y]) => ({
    name,
    translation: [x, y, 0],
    children: BONES.flatMap(([, parent], index) => (parent === name ? [index] : [])),
  }))
  const face = nodes.length
  const head = BONES.findIndex(([name]) => name === 'head')
  nodes[head]?.children.push(face)
  const image = view(tinyPng())
  const matt = (material: object): object => ({ ...material, metallicFactor: 0, roughnessFactor: 1 })
  const json = {
    asset: { version: '2.0' },
    extensionsUsed: ['VRMC_vrm'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [
      ...nodes.map(({ children, ...node }) => (children.length === 0 ? node : { ...node, children })),
      { name: 'face', mesh: 0 },
    ],
    meshes: [{ primitives: [skin, mouth], extras: { targetNames: Object.keys(SHAPES) } }],
    materials: [
      { pbrMetallicRoughness: matt({ baseColorTexture: { index: 0 } }) },
      { pbrMetallicRoughness: matt({ baseColorFactor: [0.01, 0.01, 0.01, 1] }) },
    ],
    textures: [{ source: 0, sampler: 0 }],
    samplers: [{ magFilter: 9728, minFilter: 9728 }],
    images: [{ bufferView: image, mimeType: 'image/png' }],
    accessors,
    bufferViews,
    buffers: [{ byteLength: pieces.reduce((sum, { length }) => sum + length, 0) }],
    extensions: {
      VRMC_vrm: {
        specVersion: '1.0',
        meta: { name: 'Tiny', authors: ['the tests'], licenseUrl: 'https://vrm.dev/licenses/1.0/' },
        humanoid: { humanBones: Object.fromEntries(BONES.map(([name], node) => [name, { node }])) },
        expressions: {
          preset: Object.fromEntries(
            Object.keys(SHAPES).map((name, index) => [name, { morphTargetBinds: [{ node: face, index, weight: 1 }] }]),
          ),
        },
      },
    },
  }
  const text = Buffer.from(JSON.stringify(json))
  const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')])
  const binary = Buffer.concat(pieces)
  const chunk = (kind: string, data: Buffer): Buffer => {
    const header = Buffer.alloc(8)
    header.writeUInt32LE(data.length, 0)
    header.write(kind, 4, 'latin1')
    return Buffer.concat([header, data])
  }
  const body = Buffer.concat([chunk('JSON', padded), chunk('BIN\0', binary)])
  const header = Buffer.alloc(12)
  header.write('glTF', 0)
  header.writeUInt32LE(2, 4)
  header.writeUInt32LE(12 + body.length, 8)
  return Buffer.concat([header, body])
}

/** 2×2 pixels of the colours of skin, 8-bit RGB. */
export function tinyPng(): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
    const frame = Buffer.alloc(8 + body.length)
    frame.writeUInt32BE(data.length, 0)
    body.copy(frame, 4)
    frame.writeUInt32BE(crc32(body), 4 + body.length)
    return frame
  }
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0])
  const row = [0, 250, 215, 180, 240, 200, 165]
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([...row, ...row]))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
