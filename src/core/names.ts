/** The watch under which the source of numbers itself is watched. No watch of a person may have this name. */
export const sourceWatch = 'prometheus';

/** The watch under which the chat platforms stand, each as an entity. No watch of a person may have this name. */
export const chatWatch = 'chat';

/** The name under which the registry keeps what is learnt from labels. No watch of a person may have this name. */
export const triageModel = 'triage';

/** The entity that stands for all entities of a watch, when they vanish together. */
export const everyEntity = '*';

/** The watch under which alerts of Prometheus's Alertmanager stand. No watch of a person may have this name. */
export const alertsWatch = 'alertmanager';
