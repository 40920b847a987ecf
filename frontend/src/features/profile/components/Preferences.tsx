import { Input, SegmentedControl, Select } from '@mantine/core';
import type { Density, Theme, User } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { currentLanguage } from '@/shared/i18n';
import { LANGUAGES } from '@/shared/i18n/languages';
import { useText } from '@/shared/i18n/text';
import type { Profile } from '@/shared/session/preferences';
import { useProfileChange } from '@/shared/session/session';
import { TimeZoneSelect } from '@/shared/ui/TimeZoneSelect';
import { toast, toastError } from '@/shared/ui/toast';

/** Choices that take effect and are saved at once. */
export function Preferences({ user }: { user: User }) {
  const t = useText('profile');
  const change = useProfileChange();
  const save = (values: Profile): void =>
    change.mutate(values, {
      onSuccess: () => toast(t('profile:saved')),
      onError: (error) => toastError(errorMessage(t, error)),
    });
  return (
    <>
      <Select
        label={t('profile:language')}
        data={LANGUAGES}
        value={user.language}
        allowDeselect={false}
        onChange={(value) => value && save({ language: value })}
      />
      <TimeZoneSelect
        label={t('profile:timezone')}
        description={t('profile:timezone_help')}
        language={currentLanguage()}
        value={user.timezone}
        onChange={(value) => value && save({ timezone: value })}
      />
      <Choice<Theme>
        label={t('profile:theme.label')}
        value={user.theme}
        options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`profile:theme.${value}`) }))}
        onChange={(theme) => save({ theme })}
      />
      <Choice<Density>
        label={t('profile:density.label')}
        value={user.density}
        options={(['comfortable', 'compact'] as const).map((value) => ({ value, label: t(`profile:density.${value}`) }))}
        onChange={(density) => save({ density })}
      />
    </>
  );
}

interface ChoiceProps<V extends string> {
  label: string;
  value: V;
  options: { value: V; label: string }[];
  onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  return (
    <Input.Wrapper label={label} labelElement="div">
      <SegmentedControl fullWidth aria-label={label} value={value} data={options} onChange={onChange} />
    </Input.Wrapper>
  );
}
