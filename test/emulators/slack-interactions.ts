import {
  type EmulatedCommand,
  type EmulatedMessage,
  type EmulatedModal,
  listOf,
  newId,
  objectOf,
  type Payload,
  timestamp,
} from './slack-state.ts';

/** What is the same in all that the platform sends. */
export type SlackSite = { readonly team: string; readonly app: string; readonly url: string };

/** The labels of a message's buttons as it stands now. */
export function buttonsOf({ blocks }: Pick<EmulatedMessage, 'blocks'>): readonly string[] {
  return elementsOf({ blocks }).map(({ text }) => String(objectOf(text).text));
}

function elementsOf({ blocks }: Pick<EmulatedMessage, 'blocks'>): readonly Payload[] {
  return blocks.filter((block) => block.type === 'actions').flatMap((block) => listOf(block.elements));
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function clickPayload(site: SlackSite, asked: EmulatedCommand, label: string, name: string): Payload {
  const { card } = asked;
  const element = card === null ? undefined : elementsOf(card).find(({ text }) => objectOf(text).text === label);
  if (card === null || element === undefined) throw new Error(`nobody can click "${label}": there is no such button`);
  const { ts, channel, thread, onlyFor, text, blocks, user } = card;
  const inThread = thread === null ? {} : { thread_ts: thread };
  const isEphemeral = onlyFor !== null;
  return {
    ...common(site, 'block_actions', asked.user, name),
    trigger_id: asked.id,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: isEphemeral, ...inThread },
    channel: { id: channel, name: 'directmessage' },
    // Slack says nothing of a message that one person alone sees.
    ...(isEphemeral ? {} : { message: { type: 'message', user, ts, text, blocks, ...inThread } }),
    response_url: `${site.url}${asked.responsePath}`,
    actions: [{ block_id: newId('b'), ...element, action_ts: timestamp() }],
    state: { values: {} },
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload, as the client makes it of a form. */
export function submitPayload(
  site: SlackSite,
  { id, user, view }: EmulatedModal,
  values: Readonly<Record<string, string>>,
  name: string,
): Payload {
  const fields = listOf(view.blocks).map((block) => [String(block.block_id), stateOf(block, values)] as const);
  const unknown = Object.keys(values).filter((option) => !fields.some(([field]) => field === option));
  if (unknown.length > 0) throw new Error(`the form does not ask for ${unknown.join(', ')}`);
  return {
    ...common(site, 'view_submission', user, name),
    trigger_id: newId('13345.trigger.'),
    response_urls: [],
    view: { ...view, id, team_id: site.team, app_id: site.app, state: { values: Object.fromEntries(fields) } },
  };
}

function stateOf({ block_id, optional, element }: Payload, values: Readonly<Record<string, string>>): Payload {
  const { type, action_id, options, max_length } = objectOf(element);
  const value = values[String(block_id)] ?? null;
  if (value === null && optional !== true) throw new Error(`the form can not be sent without ${String(block_id)}`);
  if (type === 'static_select') {
    const chosen = value === null ? null : listOf(options).find((option) => option.value === value);
    if (chosen === undefined) throw new Error(`nobody can choose "${value}" for ${String(block_id)}`);
    return { [String(action_id)]: { type, selected_option: chosen } };
  }
  if (value !== null && value.length > Number(max_length ?? 3_000)) throw new Error(`${String(block_id)} is too long`);
  return { [String(action_id)]: { type, value } };
}

function common({ team, app }: SlackSite, type: string, user: string, name: string): Payload {
  return {
    type,
    token: 'old',
    api_app_id: app,
    team: { id: team, domain: 'team' },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: user, username: name, name, team_id: team },
  };
}
