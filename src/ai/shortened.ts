const mostLines = 10;
const longestLine = 300;

/** The first lines, each of a bearable length, and how many more there are. */
export function shortened(lines: readonly string[]): readonly string[] {
  const short = lines
    .slice(0, mostLines)
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
  return lines.length <= mostLines ? short : [...short, `… ${lines.length - mostLines} more`];
}
