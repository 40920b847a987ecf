import { useEffect } from 'react';
import { useText } from '@/shared/i18n/text';

/** Name the browser tab. */
export function usePageTitle(title: string): void {
  const t = useText();
  const full = t('common:app.page_title', { page: title });
  useEffect(() => {
    document.title = full;
  }, [full]);
}
