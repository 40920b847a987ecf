import { useMemo } from 'react';
import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/shared/session/session';
import { makeFormatter, type Formatter } from './format';

/** Formats by the language of the interface and the person's time zone. */
export function useFormat(): Formatter {
  const { i18n } = useTranslation();
  const timeZone = useSession().user?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return useMemo(() => makeFormatter(i18n.language, timeZone), [i18n.language, timeZone]);
}

/** Relative time with the exact one on hover and for machines. */
export function RelativeTime({ instant }: { instant: string }) {
  const format = useFormat();
  return (
    <Tooltip label={format.dateTime(instant)} openDelay={300}>
      <time dateTime={instant}>{format.relative(instant)}</time>
    </Tooltip>
  );
}
