import { KeyNeeded, post } from './api.js';
import { make } from './dom.js';

/** An action as the bot keeps it with a button. */
export function actionOf({ path, values, asks }) {
  const query = new URLSearchParams([...Object.entries(values), ...asks.map((name) => [`~${name}`, ''])]);
  return `${path.join(' ')}?${query}`;
}

/** Presses buttons: fills in their forms when they have one, and says what came of it where everybody looks and screen readers listen. */
export function createClicker({ dialog, toast, askForKey, newId }) {
  let hiding = null;

  function say(text) {
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(hiding);
    hiding = setTimeout(() => {
      toast.hidden = true;
    }, 8000);
  }

  function fieldOf({ option, label, required, choices }) {
    const input =
      choices.length > 0
        ? make('select', '', ...choices.map((choice) => make('option', '', choice)))
        : make('input', '');
    input.name = option;
    input.required = required;
    return make('label', '', label, input);
  }

  /** What was written, or null when the form was closed. */
  function fillIn(title, fields) {
    const form = make('form', '', make('h2', '', title), ...fields.map(fieldOf));
    form.method = 'dialog';
    const cancel = make('button', 'action plain', 'Cancel');
    cancel.type = 'button';
    cancel.addEventListener('click', () => dialog.close());
    form.append(make('div', 'buttons', make('button', 'action good', 'OK'), cancel));
    dialog.replaceChildren(form);
    dialog.returnValue = '';
    return new Promise((resolve) => {
      let written = null;
      form.addEventListener('submit', () => {
        written = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      });
      dialog.addEventListener('close', () => resolve(written), { once: true });
      dialog.showModal();
    });
  }

  return async (entry, button) => {
    const click = { id: newId(), entry: entry.id, action: actionOf(button) };
    try {
      let outcome = await post('/console/click', click);
      if (outcome.kind === 'form') {
        const written = await fillIn(button.text, outcome.fields);
        if (written === null) return;
        outcome = await post('/console/click', { ...click, written });
      }
      if (outcome.kind === 'answer') say(outcome.reply.summary);
    } catch (error) {
      if (error instanceof KeyNeeded) return askForKey();
      say(`Not done: ${error.message}`);
    }
  };
}
