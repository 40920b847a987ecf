import type { Density, Theme, User } from '@/api/types';

/** Mantine's name for a theme. */
export function colorScheme(theme: Theme): 'auto' | 'light' | 'dark' {
  return theme === 'system' ? 'auto' : theme;
}

/** Row heights follow this attribute (see theme.css). */
export function applyDensity(density: Density): void {
  document.documentElement.dataset.density = density;
}

const LAST_WORKSPACE = 'crm-last-workspace';

/** Where `/` leads next time on this device. */
export function rememberWorkspace(slug: string): void {
  localStorage.setItem(LAST_WORKSPACE, slug);
}

export function lastWorkspace(): string | null {
  return localStorage.getItem(LAST_WORKSPACE);
}

export type Profile = Partial<Omit<User, 'id' | 'email' | 'two_factor'>>;
