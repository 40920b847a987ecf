import { useMemo } from 'react';
import { Select } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { currencies } from '@/shared/format/regions';
import { currentLanguage } from '@/shared/i18n';
import { LANGUAGES } from '@/shared/i18n/languages';
import { useText } from '@/shared/i18n/text';
import { TimeZoneSelect } from '@/shared/ui/TimeZoneSelect';
import type { WorkspaceValues } from '../workspaceForm';
import { AddressField } from './AddressField';

/** Address, time zone, currency and language of a new workspace: guessed, and open to change. */
export function WorkspaceFields<V extends WorkspaceValues>({ form }: { form: UseFormReturnType<V> }) {
  const t = useText('auth');
  const language = currentLanguage();
  const currencyOptions = useMemo(() => currencies(language), [language]);
  return (
    <>
      <AddressField organisation={form.values.organisation} {...form.getInputProps('slug')} value={form.values.slug} />
      <TimeZoneSelect label={t('auth:workspace.timezone')} language={language} {...form.getInputProps('timezone')} />
      <Select
        label={t('auth:workspace.currency')}
        searchable
        allowDeselect={false}
        limit={60}
        data={currencyOptions}
        {...form.getInputProps('currency')}
      />
      <Select
        label={t('auth:workspace.language')}
        description={t('auth:workspace.language_help')}
        allowDeselect={false}
        data={LANGUAGES}
        {...form.getInputProps('language')}
      />
    </>
  );
}
