import { get } from './api.js';
import { make } from './dom.js';

const historyKey = 'smartcloudops.history';
const mostHistory = 100;

/** The input: suggestions while typing, the usage of the command, and what was typed before. */
export function createComposer({ form, input, list, usage, commands, send }) {
  const past = JSON.parse(sessionStorage.getItem(historyKey) ?? '[]');
  let place = past.length;
  let suggestions = [];
  let selected = -1;
  let asking = new AbortController();

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    past.push(text);
    place = past.length;
    sessionStorage.setItem(historyKey, JSON.stringify(past.slice(-mostHistory)));
    input.value = '';
    close();
    usage.textContent = '';
    send(text);
  });
  input.addEventListener('input', () => void suggest());
  input.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act?.(event) === true) event.preventDefault();
  });
  input.addEventListener('blur', () => setTimeout(close, 150));
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest?.('input, textarea, dialog') != null;
    if ((event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      input.focus();
    }
  });

  const keys = {
    ArrowDown: () => (suggestions.length > 0 ? select(selected + 1) : recall(1)),
    ArrowUp: () => (suggestions.length > 0 && selected >= 0 ? select(selected - 1) : recall(-1)),
    Tab: (event) => suggestions.length > 0 && !event.shiftKey && accept(Math.max(0, selected)),
    Enter: () => selected >= 0 && accept(selected),
    Escape: () => {
      if (suggestions.length === 0) input.blur();
      close();
      return true;
    },
  };

  /** The command that the text begins with: two words before one. */
  function commandIn(text) {
    const words = text.trim().toLowerCase().split(/\s+/);
    const fits = ({ name }) => name.split(' ').every((word, index) => words[index] === word);
    return commands.filter(fits).sort((a, b) => b.name.length - a.name.length)[0] ?? null;
  }

  async function suggest() {
    asking.abort();
    asking = new AbortController();
    const text = input.value;
    const command = commandIn(text);
    usage.textContent = command === null ? '' : `${command.usage} — ${command.summary}`;
    try {
      show(await found(text, command, asking.signal));
    } catch {
      // Suggestions are a help; without them one types.
    }
  }

  /** What could stand next, each with the whole text that it makes. */
  async function found(text, command, signal) {
    const typed = text.trimStart().toLowerCase();
    if (typed === '') return [];
    const isDone = command !== null && typed.length > command.name.length;
    if (!isDone)
      return commands
        .filter(({ name }) => name.startsWith(typed))
        .map(({ name, summary, options }) => ({
          label: name,
          hint: summary,
          text: options.length > 0 ? `${name} ` : name,
        }));
    const rest = text.trimStart().slice(command.name.length).trimStart();
    const flag = /(?:^|\s)--(\w+)\s+(\S*)$/.exec(rest);
    const named = flag === null ? undefined : command.options.find(({ name }) => name === flag[1]);
    if (named !== undefined) return values(command, named, text, flag[2], signal);
    const dash = /(?:^|\s)(--\w*)$/.exec(rest);
    const missing = command.options.filter(({ name, required }) => !required && !rest.includes(`--${name} `));
    if (dash !== null)
      return missing
        .filter(({ name }) => `--${name}`.startsWith(dash[1]))
        .map(({ name, summary }) => ({
          label: `--${name}`,
          hint: summary,
          text: `${text.slice(0, text.length - dash[1].length)}--${name} `,
        }));
    const words = rest.split(/\s+/);
    const place = words.length - 1;
    const first = command.options.find(({ required }) => required) ?? command.options[0];
    const next = command.byPosition && !rest.includes('--') ? command.options[place] : place === 0 ? first : undefined;
    return next === undefined ? [] : values(command, next, text, words[place], signal);
  }

  async function values(command, option, text, typed, signal) {
    const query = new URLSearchParams({ command: command.name, option: option.name, typed });
    const all =
      option.choices.length > 0
        ? option.choices
        : option.completes
          ? await get(`/console/complete?${query}`, signal)
          : [];
    const before = text.slice(0, text.length - typed.length);
    return all
      .filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()) && value !== typed)
      .map((value) => ({ label: value, hint: option.summary, text: `${before}${value}` }));
  }

  function show(next) {
    suggestions = next;
    selected = -1;
    list.replaceChildren(
      ...next.map(({ label, hint }, index) => {
        const item = make('div', 'suggestion', make('span', '', label), make('small', '', hint));
        item.id = `suggestion-${index}`;
        item.role = 'option';
        item.ariaSelected = 'false';
        item.addEventListener('mousedown', (event) => {
          event.preventDefault();
          accept(index);
        });
        return item;
      }),
    );
    list.hidden = next.length === 0;
    input.ariaExpanded = String(next.length > 0);
    input.removeAttribute('aria-activedescendant');
  }

  function close() {
    show([]);
  }

  function select(next) {
    selected = Math.max(-1, Math.min(suggestions.length - 1, next));
    [...list.children].forEach((item, index) => {
      item.ariaSelected = String(index === selected);
      if (index === selected) item.scrollIntoView({ block: 'nearest' });
    });
    if (selected >= 0) input.setAttribute('aria-activedescendant', `suggestion-${selected}`);
    return true;
  }

  function accept(index) {
    input.value = suggestions[index].text;
    void suggest();
    return true;
  }

  function recall(step) {
    const next = Math.max(0, Math.min(past.length, place + step));
    if (next === place) return false;
    place = next;
    input.value = past[place] ?? '';
    close();
    return true;
  }
}
