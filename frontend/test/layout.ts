import { vi } from 'vitest';

/** jsdom lays nothing out: without a height of its own, a virtual list would show no row. */
export function giveLayout(width = 1200, height = 720): void {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(height);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(width);
}
