import { messageOf, UpstreamError } from '../core/errors.ts';

/** Whether S3 said that there is no such key. A missing bucket is something else: a failure. */
export function isMissingKey(error: unknown): boolean {
  return error instanceof Error && /^(NoSuchKey|NotFound)$/.test(error.name);
}

/** Whether S3 did not write because of the condition: something else is there, or nothing where something was. */
export function isConflict(error: unknown): boolean {
  const names = /^(PreconditionFailed|ConditionalRequestConflict|NoSuchKey)$/;
  return error instanceof Error && names.test(error.name);
}

/** Whether a look-alike said that it does not know what was asked for. */
export function isNotImplemented(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotImplemented' || statusOf(error) === 501);
}

/** Whether S3 knows who asked, and does not let them: a right is missing. A wrong key or secret is something else. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.name === 'AccessDenied';
}

/**
 * What the SDK threw, as the house throws it. Busy, broken and unreachable servers may be tried again; a refusal and
 * missing credentials not. `deadlineMs` is not null when our own deadline ended the call.
 */
export function s3Error(doing: string, error: unknown, deadlineMs: number | null): UpstreamError {
  if (deadlineMs !== null)
    return new UpstreamError('s3', `could not ${doing}: no answer within ${deadlineMs} ms`, { retryable: true });
  const status = statusOf(error);
  const passes = status === null ? !isAboutCredentials(error) : status === 408 || status === 429 || status >= 500;
  const kind = error instanceof Error ? error.name : 'unknown';
  const said = [kind, ...(status === null ? [] : [`HTTP ${status}`])].join(', ');
  // The cause is not kept: the SDK's errors carry the signed request and the whole response.
  return new UpstreamError('s3', `could not ${doing}: ${messageOf(error)} (${said})`, { retryable: passes });
}

/** Null when there was no answer, and for a torn one: the SDK also gives an answer it could not read a status of 200. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  const { httpStatusCode: status } = metadata;
  return typeof status === 'number' && status >= 300 ? status : null;
}

function isAboutCredentials(error: unknown): boolean {
  return error instanceof Error && /credential/i.test(error.name);
}
