import { renderBlock, toneOf } from './blocks.js';
import { make, timeOf } from './dom.js';

/** The conversation: entries by number, answers and follow-ups under what they belong to, changed ones changed in place. */
export function createConversation({ log, welcome, newer, page }) {
  const shown = new Map();

  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
    newer.hidden = true;
  };
  newer.addEventListener('click', toEnd);
  log.addEventListener('scroll', () => {
    if (isAtEnd()) newer.hidden = true;
  });

  function fill(element, entry) {
    const { reply, from, at, editedAt } = entry;
    element.className = `entry ${from} tone-${toneOf(reply)}`;
    const [body] = element.children;
    if (from === 'person') body.replaceChildren(make('span', '', reply.summary), timeOf(at));
    else {
      const edited = editedAt === null ? null : make('span', '', 'updated ', timeOf(editedAt));
      const blocks = reply.blocks
        .map((block, place) => renderBlock(block, place, entry, page))
        .filter((block) => block !== null);
      body.replaceChildren(
        ...(blocks.length > 0 ? blocks : [make('p', 'block-text', reply.summary)]),
        make('div', 'meta', timeOf(at), edited),
      );
    }
  }

  function show(entry, isFresh) {
    const known = shown.get(entry.id);
    if (known !== undefined) return fill(known, entry);
    const wasAtEnd = isAtEnd();
    const element = make('article', '', make('div', 'body'), make('div', 'replies'));
    element.dataset.entry = entry.id;
    shown.set(entry.id, element);
    fill(element, entry);
    const parent = shown.get(entry.under);
    parent?.classList.remove('waiting');
    (parent?.lastElementChild ?? log).append(element);
    welcome.hidden = true;
    if (isFresh) element.classList.add('fresh');
    if (isFresh && entry.from === 'person') element.classList.add('waiting');
    if (wasAtEnd || entry.from === 'person') toEnd();
    else newer.hidden = false;
  }

  return {
    snapshot(entries) {
      for (const entry of entries) show(entry, false);
      welcome.hidden = shown.size > 0;
      toEnd();
    },
    entry: (entry) => show(entry, !shown.has(entry.id)),
    /** Something of this page alone, for instance that nobody could be reached. */
    remark(text) {
      log.append(make('p', 'block-note critical', text));
      toEnd();
    },
  };
}
