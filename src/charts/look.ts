/**
 * Sizes in logical pixels; a picture has `density` as many in each direction. A phone shows the width of a picture on some 360 of its own
 * pixels, so letters of 16 become 11 there.
 */
export const density = 2;
export const width = 520;
export const margin = 16;
export const titleSize = 20;
export const nameSize = 16;
export const labelSize = 14;
export const smallSize = 13;

export const fontFamily = 'Inter';
export const weights = { regular: 400, bold: 600 } as const;

/**
 * A dark ground of its own is kind to whoever is woken by it, and is seen as one thing in dark and in light chats. All writing has a
 * contrast of at least 7:1 with it (WCAG 2.2, 1.4.6). Lines differ in stroke too, so that nothing is told by colour alone.
 */
export const colours = {
  ground: '#11161f',
  plot: '#171e2a',
  title: '#f7f9fc',
  text: '#c3ccdb',
  grid: '#2a3446',
  axis: '#4a5873',
  seen: '#6ee7ff',
  expected: '#b9c4ff',
  normal: '#8b9cff',
  ahead: '#ffd9f2',
  cone: '#e879c9',
  span: '#ffb020',
  spanText: '#ffcb6b',
  limit: '#ff8f87',
  missed: '#ff8f87',
} as const;

export const strokes = {
  seen: { width: 2.5, dash: 'solid' },
  expected: { width: 1.5, dash: [5, 4] },
  ahead: { width: 2, dash: [2, 3] },
  limit: { width: 1.5, dash: [10, 5] },
} as const;
/** How much of what is behind it an area lets through. */
export const opacities = { normal: 0.3, cone: 0.3, span: 0.17 } as const;
