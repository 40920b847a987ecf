/** The name of the key that stands for "command" on this machine. */
export function modifierKey(): string {
  return /Mac|iP(hone|ad|od)/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
}
