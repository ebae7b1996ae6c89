/** Names that differ in a number at their end, in one: "web-1 to web-400, db-7". Every name is in it once. */
export function entitiesInWords(names: readonly string[]): string {
  const parsed = [...new Set(names)].map(parse).toSorted(compare);
  const runs: { first: Numbered; last: Numbered }[] = [];
  for (const one of parsed) {
    const run = runs.at(-1);
    if (run !== undefined && follows(run.last, one)) run.last = one;
    else runs.push({ first: one, last: one });
  }
  return runs
    .flatMap(({ first, last }) => {
      if (first === last) return [first.name];
      return last.number === (first.number ?? 0) + 1 ? [first.name, last.name] : [`${first.name} to ${last.name}`];
    })
    .join(', ');
}

type Numbered = {
  readonly name: string;
  readonly stem: string;
  readonly number: number | null;
  readonly width: number;
};

function parse(name: string): Numbered {
  const [, stem = name, digits = ''] = /^(.*?)(\d{1,9})$/s.exec(name) ?? [];
  const isNumbered = digits !== '';
  // Zeros in front make another name of the same number.
  const width = digits.startsWith('0') ? digits.length : 0;
  return { name, stem, number: isNumbered ? Number(digits) : null, width };
}

function compare(a: Numbered, b: Numbered): number {
  if (a.stem !== b.stem) return a.stem < b.stem ? -1 : 1;
  return (a.number ?? -1) - (b.number ?? -1) || a.width - b.width;
}

function follows(last: Numbered, next: Numbered): boolean {
  if (last.number === null || next.number !== last.number + 1 || next.stem !== last.stem) return false;
  // 009 is followed by 010, which has a zero in front, and 099 by 100, which has none.
  return last.width === next.width || (last.width > 0 && next.name.length === last.name.length);
}
