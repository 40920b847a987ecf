import { useMemo, useState } from 'react';
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useText } from '@/shared/i18n/text';
import { cspNonce } from './csp';
import { makeQueryClient } from './queryClient';
import { makeRouter } from './router';
import { theme, tokens } from './theme';

/** Everything around the pages. */
export function App() {
  const [queryClient] = useState(makeQueryClient);
  const [router] = useState(() => makeRouter(queryClient));
  const close = useText()('common:action.close');
  const named = useMemo(() => {
    const button = { defaultProps: { closeButtonProps: { 'aria-label': close } } };
    return mergeThemeOverrides(theme, { components: { Modal: button, Drawer: button } });
  }, [close]);
  return (
    <MantineProvider
      theme={named}
      cssVariablesResolver={tokens}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
      env={import.meta.env.MODE === 'test' ? 'test' : 'default'}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-center" limit={3} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
