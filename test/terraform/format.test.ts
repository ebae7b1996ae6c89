import { globSync, readFileSync } from 'node:fs';
import { format } from '@cdktf/hcl-tools';
import { describe, expect, it } from 'vitest';

const files = globSync('terraform/**/*.{tf,tftest.hcl,tfvars.example}').map((file) => file.replaceAll('\\', '/'));

/**
 * What `terraform fmt` rewrites besides the layout, which is HashiCorp's own hclwrite here as it is there: an expression that
 * is nothing but an interpolation, and types and labels in the style of Terraform 0.11.
 */
const oldStyle =
  /=\s*"\$\{[^{}"]*\}"\s*$|^\s*type\s*=\s*"(string|list|map)"|^(resource|data|variable|output|module) [a-z_]/m;

describe('terraform fmt', () => {
  it.each(files)('would leave %s as it is', async (file) => {
    const text = readFileSync(file, 'utf8');
    expect(await format(text)).toBe(text);
    expect(text).not.toMatch(oldStyle);
  });

  it.each([
    ['an indent', 'locals {\n a = 1\n}\n'],
    ['an equals sign that is not below the other', 'locals {\n  a = 1\n  longer = 2\n}\n'],
    ['a brace without a space', 'locals {\n  a = [1,2]\n}\n'],
  ])('would mend %s', async (_, text) => {
    expect(await format(text)).not.toBe(text);
  });

  it.each(['a = "${var.name}"', 'type = "string"', 'variable name {'])('would rewrite %s', (line) => {
    expect(line).toMatch(oldStyle);
  });
});
