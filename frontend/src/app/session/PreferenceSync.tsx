import { useEffect } from 'react';
import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { changeLanguage } from '@/shared/i18n';
import { applyDensity, colorScheme } from '@/shared/session/preferences';
import { sessionQuery } from '@/shared/session/session';

/** Theme, density and language follow the signed-in person's profile, also when it changes in another tab. */
export function PreferenceSync() {
  const { setColorScheme } = useMantineColorScheme();
  const user = useQuery(sessionQuery).data?.user;
  const { theme, density, language } = user ?? {};
  useEffect(() => {
    if (theme) setColorScheme(colorScheme(theme));
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (density) applyDensity(density);
  }, [density]);
  useEffect(() => {
    if (language) void changeLanguage(language);
  }, [language]);
  return null;
}
