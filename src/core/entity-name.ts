/** Whether one entity's name is what a person wrote (in lower case), whole or up to its first dot or colon. */
export function isCalled(entity: string, said: string): boolean {
  return entity.toLowerCase() === said || entity.toLowerCase().split(/[.:]/)[0] === said;
}
