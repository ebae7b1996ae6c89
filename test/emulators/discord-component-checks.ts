/**
 * What Discord refuses about buttons and modals, written from its documentation and not from our renderer:
 * https://discord.com/developers/docs/components/reference
 */

type Json = Readonly<Record<string, unknown>>;

/** A line for each thing Discord would refuse about the components of a message. */
export function componentProblems(components: unknown): readonly string[] {
  const rows = listOf(components);
  const buttons = rows.flatMap((row) => listOf(row.components));
  return [
    ...(rows.length > 5 ? ['components: Must be 5 or fewer in length.'] : []),
    ...rows.flatMap((row, at) => rowProblems(row).map((problem) => `components[${at}].${problem}`)),
    ...doubled(buttons.map((button) => button.custom_id)),
  ];
}

function rowProblems({ type, components }: Json): readonly string[] {
  const buttons = listOf(components);
  return [
    ...(type === 1 ? [] : ['type: Value must be one of {1}.']),
    ...(buttons.length < 1 || buttons.length > 5 ? ['components: Must be between 1 and 5 in length.'] : []),
    ...buttons.flatMap((button, at) => buttonProblems(button).map((problem) => `components[${at}].${problem}`)),
  ];
}

function buttonProblems({ type, style, label, custom_id, url }: Json): readonly string[] {
  return [
    ...(type === 2 ? [] : ['type: only buttons are known here']),
    ...([1, 2, 3, 4].includes(Number(style)) ? [] : ['style: Value must be one of {1, 2, 3, 4}.']),
    ...lengthProblems('label', label, 80),
    ...lengthProblems('custom_id', custom_id, 100),
    ...(url === undefined ? [] : ['url: not with a custom_id']),
  ];
}

/** A line for each thing Discord would refuse about a modal. */
export function modalProblems(data: unknown): readonly string[] {
  const { custom_id, title, components } = objectOf(data);
  const list = listOf(components);
  return [
    ...lengthProblems('custom_id', custom_id, 100),
    ...lengthProblems('title', title, 45),
    ...(list.length < 1 || list.length > 5 ? ['components: Must be between 1 and 5 in length.'] : []),
    ...list.flatMap((label, at) => labelProblems(label).map((problem) => `components[${at}].${problem}`)),
    ...doubled(list.map(({ component }) => objectOf(component).custom_id)),
  ];
}

function labelProblems({ type, label, description, component, content }: Json): readonly string[] {
  if (type === 10) return lengthProblems('content', content, 4_000);
  if (type !== 18) return ['type: Value must be one of {10, 18}.'];
  return [
    ...lengthProblems('label', label, 45),
    ...(description === undefined ? [] : lengthProblems('description', description, 100)),
    ...fieldProblems(objectOf(component)).map((problem) => `component.${problem}`),
  ];
}

function fieldProblems({ type, custom_id, style, max_length, label, options }: Json): readonly string[] {
  const own = lengthProblems('custom_id', custom_id, 100);
  if (type === 4) {
    const most = Number(max_length ?? 4_000);
    return [
      ...own,
      ...(style === 1 || style === 2 ? [] : ['style: Value must be one of {1, 2}.']),
      ...(most >= 1 && most <= 4_000 ? [] : ['max_length: must be between 1 and 4000']),
      ...(label === undefined ? [] : ['label: not inside a label']),
    ];
  }
  if (type !== 3) return ['type: Value must be one of {3, 4}.'];
  const list = listOf(options);
  return [
    ...own,
    ...(list.length < 1 || list.length > 25 ? ['options: Must be between 1 and 25 in length.'] : []),
    ...list.flatMap((option, at) => [
      ...lengthProblems(`options[${at}].label`, option.label, 100),
      ...lengthProblems(`options[${at}].value`, option.value, 100),
    ]),
    ...doubled(list.map(({ value }) => value)),
  ];
}

function lengthProblems(what: string, value: unknown, most: number): readonly string[] {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') return [`${what}: This field is required`];
  return String(value).length > most ? [`${what}: Must be between 1 and ${most} in length.`] : [];
}

function doubled(ids: readonly unknown[]): readonly string[] {
  const given = ids.filter((id) => id !== undefined);
  return new Set(given).size < given.length ? ['Component custom id cannot be duplicated'] : [];
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
