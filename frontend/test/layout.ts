import { vi } from 'vitest';

/** jsdom lays nothing out: without a size of its own, a virtual list would show no row. */
export function giveLayout(width = 1200, height = 720): void {
  for (const name of ['clientHeight', 'scrollHeight'] as const) vi.spyOn(Element.prototype, name, 'get').mockReturnValue(height);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(width);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(height);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(width);
}
