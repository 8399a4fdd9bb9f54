import { drawing } from './dom.ts'

const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  send: 'M12 19V5M5.5 11.5L12 5l6.5 6.5',
  mic: 'M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  stop: 'M8 8h8v8H8z',
  voice: 'M4.5 9.5v5h3l4.5 4v-13l-4.5 4zM15.5 9.2a4 4 0 0 1 0 5.6M18.2 6.5a8 8 0 0 1 0 11',
  up: 'M7 11v9H4v-9h3zm0 0l4.5-7.5c1.4 0 2.2 1 2 2.4L13 9h5.3c1.2 0 2 1.1 1.7 2.2l-1.8 7c-.2 1-1 1.8-2 1.8H7',
  down: 'M7 13V4H4v9h3zm0 0l4.5 7.5c1.4 0 2.2-1 2-2.4L13 15h5.3c1.2 0 2-1.1 1.7-2.2l-1.8-7C18 4.8 17.2 4 16.2 4H7',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  arrowDown: 'M12 5v14M5.5 12.5L12 19l6.5-6.5',
  book: 'M5 4.5h9.5A2.5 2.5 0 0 1 17 7v13H7.5A2.5 2.5 0 0 1 5 17.5zM8.5 9h5M8.5 12.5h5M17 8h2v12h-2',
  scroll: 'M7 4h9l3 3v13H7zM10 11h6M10 14.5h6M10 8h2',
  pen: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  fresh: 'M12 5v14M5 12h14',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13',
  text: 'M4 19L9 6l5 13M5.8 15h6.4M15 19l3-8 3 8M16 16.5h4',
  moon: 'M19 14.5A8 8 0 1 1 10.5 5a6.5 6.5 0 0 0 8.5 9.5z',
  contrast: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  flag: 'M6 21V4h11l-2 4 2 4H6',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.8h.01',
  share: 'M12 15V4M8 7.5L12 4l4 3.5M7 11H5v9h14v-9h-2',
  grow: 'M14 5h5v5M10 19H5v-5M19 5l-6 6M5 19l6-6',
  chat: 'M4 5.5h16v11H11l-5 4v-4H4z',
} as const

export type IconName = keyof typeof PATHS

/** A line icon in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  return drawing(
    '0 0 24 24',
    [
      [
        'path',
        {
          d: PATHS[name],
          fill: name === 'stop' ? 'currentColor' : 'none',
          stroke: 'currentColor',
          'stroke-width': name === 'more' ? 3.2 : 1.8,
          'stroke-linecap': 'round',
          'stroke-linejoin': 'round',
        },
      ],
    ],
    'icon',
  )
}
