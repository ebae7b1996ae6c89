import { describe, expect, it } from 'vitest';
import { readFonts } from '../../src/charts/fonts.ts';
import { spanShapes } from '../../src/charts/marks.ts';
import type { Span } from '../../src/core/chart.ts';

const fonts = readFonts();
const plots = [
  { left: 80, top: 60, width: 400, height: 100 },
  { left: 80, top: 200, width: 400, height: 80 },
];
const place = { window: { from: 0, to: 400 }, label: 40, top: 50, bottom: 280, plots };

type Line = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
type Text = { readonly text: string; readonly fill: string };

function drawn(spans: readonly Span[]) {
  const shapes = spanShapes(spans, place, fonts);
  const of = (kind: string) => shapes.filter(({ type }) => type === kind);
  return {
    boxes: of('rect'),
    lines: of('line').map(({ shape }) => shape as Line),
    names: of('text').map(({ style, x }) => {
      const { text } = style as Text;
      const half = fonts.bold.widthOf(text, 14) / 2;
      return { text, left: Number(x) - half, right: Number(x) + half };
    }),
  };
}

describe('what is marked', () => {
  it('is named in full when there is room for all, however near to the edge and to each other', () => {
    const spans = ['level shift missed', 'leak caught', 'flat line missed', 'false alert'].map((label, at) => ({
      ...{ from: 360 + 10 * at, to: 364 + 10 * at, label, look: 'filled' as const },
    }));
    const { names } = drawn(spans);
    expect(names.map(({ text }) => text)).toEqual(spans.map(({ label }) => label));
    names.forEach(({ left, right }, at) => {
      expect(left).toBeGreaterThanOrEqual((names[at - 1]?.right ?? 0) + 10);
      expect(right).toBeLessThanOrEqual(520);
    });
  });

  it('gives way to what comes before it when there is none', () => {
    const spans = Array.from({ length: 12 }, (_, at) => ({
      from: 30 * at,
      to: 30 * at + 9,
      label: `level shift ${at}`,
      look: 'filled' as const,
    }));
    const { names } = drawn(spans);
    expect(names.length).toBeLessThan(12);
    names.forEach(({ left, right }, at) => {
      expect(left).toBeGreaterThanOrEqual(names[at - 1]?.right ?? 0);
      expect(right).toBeLessThanOrEqual(520);
    });
  });

  it.each([
    ['filled', 1, 4],
    ['hollow', 0, 4],
  ] as const)('as %s has %i area and %i edges', (look, boxes, edges) => {
    const { boxes: areas, lines } = drawn([{ from: 100, to: 200, label: 'x', look }]);
    expect([areas.length, lines.length]).toEqual([boxes, edges]);
  });

  it.each([
    [100, 200],
    [100, 100],
    [400, 400],
  ])('as hatched from %i to %i is so inside of the plots alone', (from, to) => {
    const { boxes, lines } = drawn([{ from, to, label: 'x', look: 'hatched' }]);
    expect(boxes).toEqual([]);
    expect(lines.length).toBeGreaterThan(20);
    for (const { x1, y1, x2, y2 } of lines) {
      const plot = plots.find(({ top, height }) => [y1, y2].every((y) => y >= top && y <= top + height));
      expect(plot).toBeDefined();
      for (const x of [x1, x2]) {
        expect(x).toBeGreaterThanOrEqual(78);
        expect(x).toBeLessThanOrEqual(480);
      }
    }
  });
});
