import { get, KeyNeeded, listen, picture, post, useKey } from './api.js';
import { createClicker } from './click.js';
import { createComposer } from './composer.js';
import { createConversation } from './conversation.js';
import { make } from './dom.js';
import { drawPanel } from './panel.js';

const panelMs = 5000;
const element = (id) => document.getElementById(id);
const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
const click = createClicker({ dialog: element('form'), toast: element('toast'), askForKey, newId });
const conversation = createConversation({
  log: element('log'),
  welcome: element('welcome'),
  newer: element('newer'),
  page: {
    click,
    picture: ({ id, editedAt }, place) => picture(`/console/pictures/${id}/${place}?at=${editedAt ?? 0}`),
  },
});

/** A question has a name of its own, so that sending it twice asks it once. */
async function send(text) {
  const question = { id: newId(), text };
  try {
    conversation.entry(await post('/console/ask', question));
  } catch (error) {
    if (error instanceof KeyNeeded) return askForKey();
    conversation.remark(`Not sent: ${error.message}`);
  }
}

async function refresh() {
  try {
    drawPanel(await get('/console/state'), {
      body: element('panel-body'),
      overall: element('overall'),
      simulated: element('simulated'),
    });
  } catch {
    element('overall').className = 'pill critical';
    element('overall').textContent = 'unreachable';
  }
}

function connected(isConnected) {
  element('connection').hidden = isConnected;
  element('connection').textContent = isConnected ? '' : 'Connection lost, trying again …';
}

function askForKey() {
  const door = element('door');
  if (door.open) return;
  door.showModal();
  door.addEventListener(
    'close',
    () => {
      useKey(element('key').value);
      location.reload();
    },
    { once: true },
  );
}

async function start() {
  const commands = await get('/console/commands');
  const has = (name) => commands.some((command) => command.name === name);
  const examples = ['status', ...(has('demo break') ? ['demo break spike'] : []), 'query cpu', 'what is wrong?'];
  element('examples').replaceChildren(
    ...examples.map((text) => {
      const button = make('button', '', text);
      button.type = 'button';
      button.addEventListener('click', () => void send(text));
      return button;
    }),
  );
  createComposer({
    form: element('composer'),
    input: element('say'),
    list: element('suggestions'),
    usage: element('usage'),
    commands,
    send,
  });
  if (matchMedia('(max-width: 900px)').matches) element('fold').open = false;
  else element('say').focus();
  await refresh();
  setInterval(() => void refresh(), panelMs);
  await listen(
    '/console/events',
    (kind, data) => {
      if (kind === 'snapshot') conversation.snapshot(data);
      else {
        conversation.entry(data);
        void refresh();
      }
    },
    connected,
  );
}

start().catch((error) => {
  if (error instanceof KeyNeeded) askForKey();
  else connected(false);
});
