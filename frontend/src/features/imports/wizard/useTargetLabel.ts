import { useCallback } from 'react';
import { useText } from '@/shared/i18n/text';
import { fieldLabel } from '@/shared/records/model/labels';
import type { Target } from '../model';

/** What people call the place a column goes to. */
export function useTargetLabel(): (target: Target) => string {
  const t = useText('imports', 'records');
  return useCallback(
    ({ field, part }) => {
      if (part === 'given') return t('imports:match.given_name');
      return part === 'family' ? t('imports:match.family_name') : fieldLabel(t, field);
    },
    [t],
  );
}
