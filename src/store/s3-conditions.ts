import { UpstreamError } from '../core/errors.ts';
import { isConflict, isForbidden, isNotImplemented } from './s3-error.ts';

/** The condition of a write, as a header that S3 knows. */
export type Condition = { readonly IfNoneMatch: '*' } | { readonly IfMatch: string };

/** Only what has this tag may be replaced; null: only nothing. */
export function conditionOf(over: string | null): Condition {
  return over === null ? { IfNoneMatch: '*' } : { IfMatch: over };
}

/** The tag of nothing at all: it is no MD5 of anything that we write. */
const noTag = '"00000000000000000000000000000000"';

/**
 * Finds out whether a server keeps the conditions of writes. Some refuse them, which would be plain to see, and some
 * take them and write regardless, which would not. So it is asked twice to write what it has to refuse. `put` writes a
 * small object of its own, always the same, and throws what the SDK throws. A right that is missing is an
 * `UpstreamError` that names it: S3 wants `s3:PutObject` for any write, and `s3:GetObject` too for one with `If-Match`.
 */
export async function keepsConditions(put: (condition: Condition) => Promise<void>, object: string): Promise<boolean> {
  const tryTo = (condition: Condition): Promise<'written' | 'conflict'> =>
    unlessConflict(put(condition)).catch((error: unknown) => {
      if (!isForbidden(error)) throw error;
      const right = 'IfMatch' in condition ? 's3:GetObject' : 's3:PutObject';
      const said = `could not try conditional writes: the role has no ${right} on ${object} (AccessDenied)`;
      throw new UpstreamError('s3', said, { retryable: false });
    });
  try {
    await tryTo({ IfNoneMatch: '*' });
    const isCreatedOnce = (await tryTo({ IfNoneMatch: '*' })) === 'conflict';
    return isCreatedOnce && (await tryTo({ IfMatch: noTag })) === 'conflict';
  } catch (error) {
    if (isNotImplemented(error)) return false;
    throw error;
  }
}

async function unlessConflict(writing: Promise<void>): Promise<'written' | 'conflict'> {
  try {
    await writing;
    return 'written';
  } catch (error) {
    if (isConflict(error)) return 'conflict';
    throw error;
  }
}
