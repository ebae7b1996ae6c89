import type { Actor, Chapter, Incident } from '../core/incident.ts';

/** Longer stories lose what is between their beginning and their last chapters. */
const mostChapters = 60;

/** The incident after something happened to it: one more chapter, and a new revision. */
export function withChapter(incident: Incident, chapter: Omit<Chapter, 'revision'>): Incident {
  const revision = incident.revision + 1;
  const story = [...incident.story, { ...chapter, revision }];
  if (story.length > mostChapters) story.splice(1, story.length - mostChapters);
  return { ...incident, revision, story };
}

/** What an audience that knows a revision has not heard yet. */
export function newsSince(incident: Incident, revision: number): readonly Chapter[] {
  return incident.story.filter((chapter) => chapter.revision > revision);
}

/** Something that nobody did: it was seen. */
export function seen(at: number, text: string, isLoud = false): Omit<Chapter, 'revision'> {
  return { at, by: null, text, isLoud };
}

/** Something that a person did: others see who it was, and need not be woken by it. */
export function done(at: number, by: Actor, text: string): Omit<Chapter, 'revision'> {
  return { at, by, text, isLoud: false };
}
