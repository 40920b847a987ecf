import { useMemo } from 'react';
import { Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { currencies } from '@/shared/format/regions';
import { currentLanguage } from '@/shared/i18n';
import { LANGUAGES } from '@/shared/i18n/languages';
import { useText } from '@/shared/i18n/text';
import { TimeZoneSelect } from '@/shared/ui/TimeZoneSelect';
import type { WorkspaceValues } from '../workspaceForm';
import { useSlug } from '../useSlug';

/** Address, time zone, currency and language of a new workspace: guessed, and open to change. */
export function WorkspaceFields<V extends WorkspaceValues>({ form }: { form: UseFormReturnType<V> }) {
  const t = useText('auth');
  const language = currentLanguage();
  const currencyOptions = useMemo(() => currencies(language), [language]);
  const { organisation, slug } = form.values;
  const suggestion = useSlug(organisation, slug);
  return (
    <>
      <TextInput
        label={t('auth:workspace.address')}
        description={
          suggestion.slug &&
          t('auth:workspace.address_help', { address: `${window.location.host}/w/${suggestion.slug}` })
        }
        placeholder={suggestion.slug}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        {...form.getInputProps('slug')}
        error={form.errors.slug ?? (suggestion.available ? null : t('auth:workspace.address_taken'))}
      />
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
