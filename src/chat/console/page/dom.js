/** An element with a class and children; texts become text nodes, so nothing that is shown can become markup. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A moment in the viewer's zone, with UTC on hover. */
export function timeOf(epochMs) {
  const at = new Date(epochMs);
  const isToday = at.toDateString() === new Date().toDateString();
  const time = make('time', '', isToday ? at.toLocaleTimeString() : at.toLocaleString());
  time.dateTime = at.toISOString();
  time.title = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return time;
}

/** An age in its largest unit. */
export function ageOf(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}
