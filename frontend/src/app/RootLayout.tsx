import { Suspense } from 'react';
import { Outlet } from '@tanstack/react-router';
import { PreferenceSync } from './session/PreferenceSync';

export function RootLayout() {
  return (
    <Suspense fallback={null}>
      <PreferenceSync />
      <Outlet />
    </Suspense>
  );
}
