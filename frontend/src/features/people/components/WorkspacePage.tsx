import { useMemo } from 'react';
import { Button, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { WorkspacePatch } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { currencies } from '@/shared/format/regions';
import { currentLanguage } from '@/shared/i18n';
import { LANGUAGES } from '@/shared/i18n/languages';
import { useText } from '@/shared/i18n/text';
import { countryOptions } from '@/shared/records/editors/options';
import { refreshSession } from '@/shared/session/session';
import { Screen } from '@/shared/ui/Screen';
import { TimeZoneSelect } from '@/shared/ui/TimeZoneSelect';
import { toast } from '@/shared/ui/toast';
import { meQuery, useWorkspace } from '@/shared/workspace/workspace';
import { changeSettings, settingsQuery, type Versioned } from '../api/settings';

const FIELDS = ['name', 'slug', 'timezone', 'currency', 'language', 'country'] as const;

/** What the workspace is called and where it is at home. */
export function WorkspacePage() {
  const t = useText('people');
  const { data } = useSuspenseQuery(settingsQuery(useWorkspace()));
  return (
    <Screen title={t('people:workspace.title')}>
      <SettingsForm key={data.etag} {...data} />
    </Screen>
  );
}

function SettingsForm({ data, etag }: Versioned) {
  const t = useText('people');
  const workspace = useWorkspace();
  const language = currentLanguage();
  const countries = useMemo(() => countryOptions(language), [language]);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { name, slug, timezone, currency, language: mailLanguage, country } = data;
  const form = useForm<Required<WorkspacePatch>>({
    initialValues: { name, slug, timezone, currency, language: mailLanguage, country },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async (values) => {
    const saved = await changeSettings(workspace, values, etag);
    await client.invalidateQueries({ queryKey: meQuery(workspace).queryKey });
    await refreshSession(client);
    toast(t('people:workspace.saved'));
    if (saved.data.slug !== workspace.slug)
      await navigate({ to: '/w/$slug/settings/workspace', params: { slug: saved.data.slug }, replace: true });
    client.setQueryData(settingsQuery(workspace).queryKey, saved);
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={420}>
        <FormSummary message={summary} />
        <TextInput label={t('people:workspace.name')} {...form.getInputProps('name')} />
        <TextInput
          label={t('people:workspace.slug')}
          description={t('people:workspace.slug_help', { address: `/w/${form.values.slug}` })}
          {...form.getInputProps('slug')}
        />
        <TimeZoneSelect label={t('people:workspace.timezone')} language={language} {...form.getInputProps('timezone')} />
        <Select
          label={t('people:workspace.currency')}
          description={t('people:workspace.currency_help')}
          searchable
          allowDeselect={false}
          limit={60}
          data={currencies(language)}
          {...form.getInputProps('currency')}
        />
        <Select
          label={t('people:workspace.country')}
          description={t('people:workspace.country_help')}
          searchable
          allowDeselect={false}
          limit={60}
          data={countries}
          {...form.getInputProps('country')}
        />
        <Select
          label={t('people:workspace.language')}
          description={t('people:workspace.language_help')}
          allowDeselect={false}
          data={LANGUAGES}
          {...form.getInputProps('language')}
        />
        <Button type="submit" loading={busy} disabled={!form.isDirty()} w="fit-content">
          {t('common:action.save')}
        </Button>
      </Stack>
    </form>
  );
}
