import { make } from './dom.js';

const signs = { critical: '●', warning: '▲', good: '✓', neutral: '' };

/** A block of a reply as an element. */
export function renderBlock(block, place, entry, page) {
  switch (block.kind) {
    case 'heading':
      return make('h2', `block-heading ${block.tone}`, [signs[block.tone], block.text].filter(Boolean).join(' '));
    case 'text':
      return make('p', 'block-text', block.text);
    case 'facts':
      return make(
        'dl',
        'facts',
        ...block.facts.map(({ name, value }) => make('div', '', make('dt', '', name), make('dd', '', value))),
      );
    case 'code':
      return make('pre', 'block-code', block.text);
    case 'table':
      return tableOf(block);
    case 'link':
      return linkOf(block);
    case 'chart':
      return pictureOf(block.chart.alt, page.picture(entry, place));
    case 'buttons':
      return make(
        'div',
        'buttons',
        ...block.buttons.map((button) => buttonOf(button, () => page.click(entry, button))),
      );
    case 'note':
      return make('p', 'block-note', block.text);
    default:
      return null;
  }
}

/** The words stand there until the picture is, and stay when there is none. */
function pictureOf(alt, loading) {
  const figure = make('figure', 'picture', make('p', 'block-note', alt));
  loading
    .then((source) => {
      const image = make('img', '');
      image.alt = alt;
      image.src = source;
      figure.replaceChildren(image);
    })
    .catch(() => {});
  return figure;
}

/** A button that can't be pressed again while it works. */
function buttonOf({ text, style }, press) {
  const element = make('button', `action ${style}`, text);
  element.type = 'button';
  element.addEventListener('click', async () => {
    element.disabled = true;
    await press();
    element.disabled = false;
  });
  return element;
}

/** The tone of a whole reply is that of its first heading. */
export function toneOf(reply) {
  return reply.blocks.find((block) => block.kind === 'heading')?.tone ?? 'neutral';
}

function tableOf({ columns, rows }) {
  const isNumber = columns.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => /^[−-]?[\d.]+(e[+-]?\d+)?( \S+)?$|^no value$|^$/.test(row[column] ?? '')),
  );
  const cell = (tag, text, column) => make(tag, isNumber[column] ? 'number' : '', text ?? '');
  const head = make('thead', '', make('tr', '', ...columns.map((name, column) => cell('th', name, column))));
  const body = make(
    'tbody',
    '',
    ...rows.map((row) => make('tr', '', ...columns.map((_, column) => cell('td', row[column], column)))),
  );
  const scroller = make('div', 'scroller', make('table', '', head, body));
  scroller.tabIndex = 0;
  return scroller;
}

/** Only the web is linked to; anything else is shown as the text it is. */
function linkOf({ text, url }) {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return make('p', 'block-text', `${text}: ${url}`);
  const link = make('a', '', text);
  link.href = url;
  link.rel = 'noopener noreferrer';
  link.target = '_blank';
  return make('p', 'block-text', link);
}
