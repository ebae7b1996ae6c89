import { UpstreamError } from '../core/errors.ts';

const word = /^(?!\.{1,2}$)[A-Za-z0-9._=-]{1,200}$/;

/** Whether it is `/`-separated words of letters, digits, `.`, `_`, `=` and `-`, none of which walks up a folder. */
export function isBlobKey(key: string): boolean {
  return key.split('/').every((part) => word.test(part));
}

/** Throws for a key that no storage may be asked for, before anything is touched. */
export function checkBlobKey(service: 'storage' | 's3', key: string): void {
  if (!isBlobKey(key))
    throw new UpstreamError(service, `${JSON.stringify(key)} is not a key for storage`, { retryable: false });
}
