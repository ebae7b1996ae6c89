import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Block } from '../../../src/core/reply.ts';

/** What the page needs of an element. Text is what was given as text: there is no way here to make markup of it. */
class PlainElement {
  readonly tag: string;
  readonly children: (PlainElement | string)[] = [];
  href: string | null = null;

  constructor(tag: string) {
    this.tag = tag;
  }

  append(...children: (PlainElement | string)[]): void {
    this.children.push(...children);
  }
}

const tagsOf = (element: PlainElement): readonly string[] => [
  element.tag,
  ...element.children.flatMap((child) => (typeof child === 'string' ? [] : tagsOf(child))),
];
const textOf = (element: PlainElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join(' ');
const linksOf = (element: PlainElement): readonly string[] => [
  ...(element.href === null ? [] : [element.href]),
  ...element.children.flatMap((child) => (typeof child === 'string' ? [] : linksOf(child))),
];

const hostile = '<img src=x onerror=alert(1)> <!channel> @everyone **b** &amp; </p><script>alert(1)</script>';
const said: readonly Block[] = [
  { kind: 'heading', text: hostile, tone: 'critical' },
  { kind: 'text', text: hostile },
  { kind: 'facts', facts: [{ name: hostile, value: hostile }] },
  { kind: 'code', text: hostile },
  { kind: 'table', columns: [hostile, 'b'], rows: [[hostile, '1']] },
  { kind: 'link', text: hostile, url: 'https://wiki.example/' },
  { kind: 'note', text: hostile },
];

describe('a block on the page of the console', () => {
  let renderBlock: (block: Block) => PlainElement;

  beforeAll(async () => {
    vi.stubGlobal('document', { createElement: (tag: string) => new PlainElement(tag) });
    const page = new URL('../../../src/chat/console/page/blocks.js', import.meta.url).href;
    ({ renderBlock } = (await import(page)) as { renderBlock: typeof renderBlock });
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });

  it.each(said)('shows what it is told in a $kind, letter by letter', (block) => {
    const element = renderBlock(block);
    expect(textOf(element)).toContain(hostile);
    const known = ['h2', 'p', 'a', 'pre', 'dl', 'dt', 'dd', 'div', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
    expect(known).toEqual(expect.arrayContaining([...tagsOf(element)]));
  });

  it('links to the web', () => {
    expect(linksOf(renderBlock({ kind: 'link', text: 'Runbook', url: 'https://wiki.example/a' }))).toEqual([
      'https://wiki.example/a',
    ]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'no address'])('writes %s out', (url) => {
    const element = renderBlock({ kind: 'link', text: 'Runbook', url });
    expect([textOf(element), linksOf(element)]).toEqual([`Runbook: ${url}`, []]);
  });
});
