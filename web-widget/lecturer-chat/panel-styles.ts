import frame from './frame.css?inline'
import media from './media.css?inline'
import sheet from './sheet.css?inline'
import transcript from './transcript.css?inline'

/** What the panel needs from its first moment; the sheets that few open bring their own. */
export const PANEL_STYLES = frame + transcript + sheet + media
