/** Below this width (CSS px) the floating panel takes the whole screen. */
const PHONE_PX = 640

/** Keeps a panel on the visible part of a phone's screen. `release` undoes everything. */
export interface ViewportFit {
  release(): void
}

/**
 * Follows the visual viewport, so that the keyboard of a phone covers neither the last message nor the field. With
 * `lock`, the page behind is held still and put back exactly where it was. To be called while `root` is not shown yet
 * in `place`: its size is then known before its first layout.
 */
export function fitToViewport(root: HTMLElement, place: Element, always: boolean, lock: boolean): ViewportFit {
  const viewport = window.visualViewport ?? null
  let frame = 0
  let release: (() => void) | null = null

  const adjust = (): void => {
    frame = 0
    const phone = always || window.innerWidth <= PHONE_PX
    root.classList.toggle('full', phone)
    if (!phone) {
      for (const name of ['height', 'transform']) root.style.removeProperty(name)
      root.classList.add('resting')
      release?.()
      release = null
      return
    }
    if (lock && release === null) release = holdPage()
    // A page that zooms itself (`html{zoom:2}`) makes our pixels larger than those of the viewport.
    const zoom = (root.isConnected && !root.hidden ? root : place).currentCSSZoom || 1
    const height = viewport?.height ?? window.innerHeight
    const top = (viewport?.offsetTop ?? 0) / zoom
    root.style.height = `${height / zoom}px`
    root.style.transform = top === 0 ? 'none' : `translateY(${top}px)`
    // With the keyboard open there is no home bar to stay clear of.
    root.classList.toggle('resting', window.innerHeight - height < 80)
  }
  const soon = (): void => {
    if (frame === 0) frame = requestAnimationFrame(adjust)
  }
  viewport?.addEventListener('resize', soon)
  viewport?.addEventListener('scroll', soon)
  window.addEventListener('resize', soon)
  adjust()
  // Once it is shown it may have a zoom of its own.
  soon()

  return {
    release() {
      if (frame !== 0) cancelAnimationFrame(frame)
      viewport?.removeEventListener('resize', soon)
      viewport?.removeEventListener('scroll', soon)
      window.removeEventListener('resize', soon)
      release?.()
      release = null
    },
  }
}

function holdPage(): () => void {
  const page = document.documentElement
  const x = window.scrollX
  const y = window.scrollY
  const names = ['position', 'top', 'left', 'right', 'width', 'overflow'] as const
  const before = names.map(
    (name) => [name, page.style.getPropertyValue(name), page.style.getPropertyPriority(name)] as const,
  )
  page.style.position = 'fixed'
  page.style.top = `${-y}px`
  page.style.left = '0'
  page.style.right = '0'
  page.style.width = '100%'
  page.style.overflow = 'hidden'
  return () => {
    for (const [name, value, priority] of before) {
      if (value === '') page.style.removeProperty(name)
      else page.style.setProperty(name, value, priority)
    }
    if (page.getAttribute('style') === '') page.removeAttribute('style')
    window.scrollTo(x, y)
  }
}
