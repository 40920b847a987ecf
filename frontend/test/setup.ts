import '@testing-library/jest-dom/vitest';
import { notifications } from '@mantine/notifications';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// A busy machine may take a while to import a lazy page.
configure({ asyncUtilTimeout: 30_000 });

// What jsdom lacks and Mantine asks for.
const nothing = (): void => undefined;
Object.assign(window, {
  matchMedia: (media: string) => ({ matches: false, media, addEventListener: nothing, removeEventListener: nothing }),
  ResizeObserver: class {
    observe = nothing;
    unobserve = nothing;
    disconnect = nothing;
  },
  scrollTo: nothing,
});
Object.assign(Element.prototype, { scrollIntoView: nothing, scrollTo: nothing });
Object.assign(document, { fonts: new EventTarget() });

afterEach(() => {
  notifications.clean(); // else a toast of one test is read by the next
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});
